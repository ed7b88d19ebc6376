// The controls below a picture: which frame, what dragging does, the window, the size.
import ContrastOutlined from "@mui/icons-material/ContrastOutlined";
import FullscreenOutlined from "@mui/icons-material/FullscreenOutlined";
import OpenWithOutlined from "@mui/icons-material/OpenWithOutlined";
import RestartAltOutlined from "@mui/icons-material/RestartAltOutlined";
import UnfoldMoreOutlined from "@mui/icons-material/UnfoldMoreOutlined";
import ZoomInOutlined from "@mui/icons-material/ZoomInOutlined";
import ZoomOutOutlined from "@mui/icons-material/ZoomOutOutlined";
import { Box, IconButton, Slider, TextField, ToggleButton, ToggleButtonGroup } from "@mui/material";
import { type ElementType, useId } from "react";
import { phrase, say } from "../language.ts";
import type { ValueWindow, WindowChoice } from "./frame-address.ts";
import type { Tool } from "./use-hands.ts";
import { LARGEST_ZOOM, type ViewAct, type ViewState } from "./view-state.ts";

/** A window that people know by name: "Brain". */
export interface WindowPreset extends ValueWindow {
  readonly title: string;
}

export interface ViewerBarProps {
  readonly view: ViewState;
  readonly count: number;
  readonly tool: Tool;
  readonly presets: readonly WindowPreset[];
  /** Undefined for colours, which have none. */
  readonly seen: ValueWindow | undefined;
  readonly onTool: (tool: Tool) => void;
  readonly onAct: (act: ViewAct) => void;
  /** Undefined where the browser has no full screen. */
  readonly onFull: (() => void) | undefined;
}

const TOOLS: readonly (readonly [Tool, string, ElementType])[] = [
  ["scroll", phrase("Dragging goes through the images"), UnfoldMoreOutlined],
  ["window", phrase("Dragging changes brightness and contrast"), ContrastOutlined],
  ["move", phrase("Dragging moves the picture"), OpenWithOutlined],
];

export const placeWords = (frame: number, count: number): string =>
  say("Image %{number} of %{count}", { number: frame + 1, count });

export function ViewerBar({ view, count, tool, presets, seen, onTool, onAct, onFull }: ViewerBarProps) {
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 2, minHeight: 34 }}>
        <Box role="status" sx={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
          {placeWords(view.frame, count)}
        </Box>
        {count > 1 && (
          <Slider
            size="small"
            aria-label={say("Image")}
            min={1}
            max={count}
            value={view.frame + 1}
            getAriaValueText={(value) => placeWords(value - 1, count)}
            onChange={(_, value) => onAct({ kind: "to", frame: (value as number) - 1 })}
            sx={{ mx: 1 }}
          />
        )}
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={tool}
          aria-label={say("What dragging does")}
          onChange={(_, chosen: Tool | null) => chosen && onTool(chosen)}
        >
          {TOOLS.map(([name, words, Icon]) => (
            <ToggleButton key={name} value={name} aria-label={say(words)} title={say(words)}>
              <Icon fontSize="small" />
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <WindowField presets={presets} chosen={view.window} seen={seen} onAct={onAct} />
        <Box sx={{ display: "flex", ml: "auto" }}>
          <Act
            words={say("Smaller")}
            icon={ZoomOutOutlined}
            disabled={view.zoom <= 1}
            onClick={() => onAct({ kind: "zoom", by: 0.8 })}
          />
          <Act
            words={say("Larger")}
            icon={ZoomInOutlined}
            disabled={view.zoom >= LARGEST_ZOOM}
            onClick={() => onAct({ kind: "zoom", by: 1.25 })}
          />
          <Act
            words={say("As at first")}
            icon={RestartAltOutlined}
            onClick={() => onAct({ kind: "reset" })}
          />
          {onFull && <Act words={say("Full screen")} icon={FullscreenOutlined} onClick={onFull} />}
        </Box>
      </Box>
    </Box>
  );
}

interface ActProps {
  readonly words: string;
  readonly icon: ElementType;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function Act({ words, icon: Icon, disabled = false, onClick }: ActProps) {
  return (
    <IconButton size="small" aria-label={words} title={words} disabled={disabled} onClick={onClick}>
      <Icon fontSize="small" />
    </IconButton>
  );
}

interface WindowFieldProps {
  readonly presets: readonly WindowPreset[];
  readonly chosen: WindowChoice;
  readonly seen: ValueWindow | undefined;
  readonly onAct: (act: ViewAct) => void;
}

const OWN = "own";
const short = (value: number): string => String(Number(value.toPrecision(4)));

function WindowField({ presets, chosen, seen, onAct }: WindowFieldProps) {
  const id = useId();
  const preset = presets.findIndex(
    ({ center, width }) => typeof chosen === "object" && center === chosen.center && width === chosen.width,
  );
  const value = typeof chosen === "string" ? chosen : preset < 0 ? OWN : String(preset);
  const choose = (name: string) => {
    const found = presets[Number(name)];
    const window = found ? { center: found.center, width: found.width } : (name as "stored" | "fit");
    onAct({ kind: "window", window });
  };
  const values = seen
    ? say("centre %{center}, width %{width}", { center: short(seen.center), width: short(seen.width) })
    : say("colours have none");
  return (
    <TextField
      select
      size="small"
      label={say("Window")}
      value={value}
      disabled={seen === undefined}
      title={values}
      onChange={(event) => choose(event.target.value)}
      // a list of its own would lie beneath a full screen
      slotProps={{ select: { native: true }, htmlInput: { id }, inputLabel: { htmlFor: id, shrink: true } }}
      sx={{ minWidth: 150 }}
    >
      <option value="stored">{say("as in the image")}</option>
      <option value="fit">{say("fits the values")}</option>
      {presets.map(({ title }, index) => (
        <option key={title} value={index}>
          {say(title)}
        </option>
      ))}
      {value === OWN && <option value={OWN}>{values}</option>}
    </TextField>
  );
}
