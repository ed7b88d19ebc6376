// The picture itself on black, which keys, wheel, mouse and fingers work on.
import { Box, Button, CircularProgress } from "@mui/material";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { ApiFault } from "../call-api.ts";
import { say } from "../language.ts";
import { Late } from "../late.tsx";
import type { ShownFrame } from "./use-frame.ts";
import { type Tool, useHands } from "./use-hands.ts";
import { actOfKey, type ViewAct, type ViewState } from "./view-state.ts";

export interface FrameStageProps {
  readonly shown: ShownFrame;
  readonly view: ViewState;
  readonly tool: Tool;
  /** "Series 2, MR" */
  readonly title: string;
  /** "Image 12 of 60" */
  readonly place: string;
  /** Id of the words that say what keys do. */
  readonly hintId: string;
  readonly onAct: (act: ViewAct) => void;
  /** How many pixels there are for the picture. */
  readonly onSize: (pixels: number) => void;
}

export function FrameStage(props: FrameStageProps) {
  const { shown, view, tool, title, place, hintId, onAct, onSize } = props;
  const { url, window: seen, isComing, fault } = shown;
  const stage = useRef<HTMLDivElement>(null);
  const hands = useHands({ stage, tool, seen, onAct });
  // a picture that the browser could not read
  const [broken, setBroken] = useState<string>();
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    const look = () => onSize(Math.min(element.clientWidth, element.clientHeight) * devicePixelRatio);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [onSize]);
  const press = (event: KeyboardEvent) => {
    const act = event.target === event.currentTarget ? actOfKey(event, seen) : undefined;
    if (!act) return;
    event.preventDefault();
    // the page around has keys of its own
    event.stopPropagation();
    onAct(act);
  };
  const problem = fault ?? (broken !== undefined && broken === url ? new Error("broken") : undefined);
  return (
    <Box
      ref={stage}
      tabIndex={0}
      role="group"
      aria-roledescription={say("image viewer")}
      aria-label={`${title}. ${place}`}
      aria-describedby={hintId}
      aria-busy={isComing}
      onKeyDown={press}
      {...hands}
      sx={STAGE}
    >
      {problem === undefined && url !== undefined && (
        <Box
          component="img"
          src={url}
          alt={`${title}, ${place}`}
          draggable={false}
          // else the stage is black between two pictures
          decoding="sync"
          onError={() => setBroken(url)}
          style={{ transform: `scale(${view.zoom}) translate(${view.x * 100}%, ${view.y * 100}%)` }}
          sx={{ position: "absolute", inset: 0, width: "100%", height: "100%", objectFit: "contain" }}
        />
      )}
      {problem !== undefined && <Problem fault={problem} onRetry={shown.retry} />}
      {isComing && (
        <Late key={place}>
          <CircularProgress size={28} aria-label={say("Loading the image")} sx={WAITING} />
        </Late>
      )}
    </Box>
  );
}

function Problem({ fault, onRetry }: { fault: unknown; onRetry: () => void }) {
  const told = fault instanceof ApiFault ? fault : undefined;
  return (
    <Box role="alert" sx={{ p: 3, textAlign: "center", maxWidth: 460, cursor: "auto" }}>
      <Box sx={{ fontWeight: 600, mb: 0.5 }}>{say("This image cannot be shown")}</Box>
      <Box>{told?.message ?? say("The picture is broken.")}</Box>
      {told && <Box sx={{ mt: 0.5, fontSize: "0.8125rem", color: "#b9c6cb" }}>{told.code}</Box>}
      <Button size="small" variant="outlined" color="inherit" onClick={onRetry} sx={{ mt: 1.5 }}>
        {say("Try again")}
      </Button>
    </Box>
  );
}

const STAGE = {
  position: "relative",
  display: "grid",
  placeItems: "center",
  overflow: "hidden",
  aspectRatio: "1",
  // what is above and below stays in sight
  maxHeight: "max(300px, calc(100vh - 440px))",
  width: "100%",
  borderRadius: 1,
  bgcolor: "#000",
  color: "#f2f6f7",
  // fingers work on the picture, not on the page
  touchAction: "none",
  userSelect: "none",
  cursor: "crosshair",
  "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main", outlineOffset: "2px" },
  ":fullscreen &": { maxHeight: "none", aspectRatio: "auto", height: "100%" },
} as const;

const WAITING = { position: "absolute", right: 12, top: 12, color: "#f2f6f7" } as const;
