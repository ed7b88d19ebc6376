// Looks at the images of a study: choose a series, go through its frames, change window and size; by hand or by key.
import PhotoLibraryOutlined from "@mui/icons-material/PhotoLibraryOutlined";
import { Box, Skeleton } from "@mui/material";
import { useCallback, useEffect, useId, useReducer, useRef, useState } from "react";
import { EmptyState } from "../empty-state.tsx";
import { ErrorState } from "../error-state.tsx";
import { phrase, say } from "../language.ts";
import { Late } from "../late.tsx";
import { FrameStage } from "./frame-stage.tsx";
import { SeriesStrip, type ViewerSeries } from "./series-strip.tsx";
import { useFrame } from "./use-frame.ts";
import type { Tool } from "./use-hands.ts";
import { FIRST_VIEW, nextView, type ViewAct, type ViewState } from "./view-state.ts";
import { placeWords, ViewerBar, type WindowPreset } from "./viewer-bar.tsx";

export interface FrameViewerProps {
  readonly series: readonly ViewerSeries[];
  /** Id of the series that is looked at. */
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  /** Paths of its frames, in their order: the viewer adds window and size. Undefined while they are read. */
  readonly frames: readonly string[] | undefined;
  /** Why they could not be read. */
  readonly fault?: unknown;
  readonly onRetry?: () => void;
  /** "2 images are damaged and left out" */
  readonly note?: string;
  readonly presets?: readonly WindowPreset[];
  /** Which frame is looked at, from 0 on; stays the same function. */
  readonly onFrame?: ((frame: number) => void) | undefined;
}

/** Where a picture has less room, half of the size is enough. */
const SIZES = { small: 512, large: 1024 } as const;
const ENOUGH_PIXELS = 640;

export function FrameViewer(props: FrameViewerProps) {
  const { series, chosen, onChoose, frames, fault, onRetry, note, presets = [], onFrame } = props;
  const title = series.find(({ id }) => id === chosen)?.title ?? say("Series");
  return (
    <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      {series.length > 0 && <SeriesStrip series={series} chosen={chosen} onChoose={onChoose} />}
      {fault !== undefined && fault !== null ? (
        <ErrorState
          title={say("The images could not be listed")}
          error={fault}
          {...(onRetry ? { onRetry } : {})}
        />
      ) : frames === undefined ? (
        <Late>
          <Skeleton variant="rounded" height={360} role="status" aria-label={say("Loading the images")} />
        </Late>
      ) : frames.length === 0 ? (
        <EmptyState icon={PhotoLibraryOutlined} title={say("Nothing to look at")}>
          {note ?? say("This series has no images.")}
        </EmptyState>
      ) : (
        <FrameStack key={chosen} {...{ title, frames, presets, note, onFrame }} />
      )}
    </Box>
  );
}

interface FrameStackProps {
  readonly title: string;
  readonly frames: readonly string[];
  readonly presets: readonly WindowPreset[];
  readonly note: string | undefined;
  readonly onFrame: FrameViewerProps["onFrame"];
}

/** Fingers go through the images; a mouse has a wheel for that. */
const firstTool = (): Tool => (matchMedia("(pointer: fine)").matches ? "window" : "scroll");

function FrameStack({ title, frames, presets, note, onFrame }: FrameStackProps) {
  const count = frames.length;
  const [view, act] = useReducer(
    (state: ViewState, one: ViewAct) => nextView(state, one, count),
    // the middle shows more than the edge
    { ...FIRST_VIEW, frame: Math.floor(count / 2) },
  );
  useEffect(() => onFrame?.(view.frame), [onFrame, view.frame]);
  const [tool, setTool] = useState(firstTool);
  const [size, setSize] = useState<number>(SIZES.small);
  const fit = useCallback(
    (pixels: number) => setSize(pixels > ENOUGH_PIXELS ? SIZES.large : SIZES.small),
    [],
  );
  const shown = useFrame(frames, view, view.zoom > 1.5 ? SIZES.large : size);
  const whole = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const full = document.fullscreenEnabled ? () => void toggleFull(whole.current) : undefined;
  return (
    <Box ref={whole} sx={WHOLE}>
      <FrameStage
        {...{ shown, view, tool, title, hintId }}
        place={placeWords(view.frame, count)}
        onAct={act}
        onSize={fit}
      />
      <ViewerBar
        {...{ view, count, tool, presets }}
        seen={shown.window}
        onTool={setTool}
        onAct={act}
        onFull={full}
      />
      {note !== undefined && <Box sx={{ color: "text.secondary" }}>{note}</Box>}
      <Box id={hintId} sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
        {say(KEYS)}
      </Box>
    </Box>
  );
}

const KEYS = phrase(
  "Keys on the picture: arrows, Page Up and Page Down, Home and End go through the images; with Shift, arrows change brightness and contrast; + − 0 the size; W A S D move a larger picture.",
);

async function toggleFull(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element?.requestFullscreen();
}

const WHOLE = {
  display: "grid",
  gap: 1.5,
  gridTemplateColumns: "minmax(0, 1fr)",
  "&:fullscreen": { p: 2, bgcolor: "background.default", gridTemplateRows: "minmax(0, 1fr) auto" },
} as const;
