// The series to choose from, each with a small picture.
import { Box, ButtonBase } from "@mui/material";
import { say } from "../language.ts";
import { Thumbnail } from "../thumbnail.tsx";

/** A series as a viewer shows it; nothing in it identifies the patient. */
export interface ViewerSeries {
  readonly id: string;
  /** "Series 2, MR" */
  readonly title: string;
  /** "60 images" */
  readonly note: string;
  /** Address of a small picture. */
  readonly thumbnail: string;
}

export interface SeriesStripProps {
  readonly series: readonly ViewerSeries[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

export function SeriesStrip({ series, chosen, onChoose }: SeriesStripProps) {
  return (
    <Box component="ul" aria-label={say("Series")} sx={STRIP}>
      {series.map((one) => (
        <li key={one.id}>
          <ButtonBase
            onClick={() => onChoose(one.id)}
            aria-current={one.id === chosen ? "true" : undefined}
            sx={CARD}
          >
            <Thumbnail address={one.thumbnail} size={THUMBNAIL} />
            <Box component="span" sx={{ fontWeight: 600 }}>
              {one.title}
            </Box>
            <Box component="span" sx={{ color: "text.secondary" }}>
              {one.note}
            </Box>
          </ButtonBase>
        </li>
      ))}
    </Box>
  );
}

const THUMBNAIL = 72;

const STRIP = {
  display: "flex",
  gap: 1,
  m: 0,
  p: 0.5,
  listStyle: "none",
  overflowX: "auto",
} as const;

const CARD = {
  display: "grid",
  justifyItems: "start",
  gap: 0.25,
  p: 0.75,
  width: 100,
  textAlign: "left",
  fontSize: "0.75rem",
  borderRadius: 1,
  "&:hover": { bgcolor: "action.hover" },
  "&[aria-current]": { bgcolor: "action.selected" },
  "&.Mui-focusVisible": { outline: "2px solid", outlineColor: "primary.main" },
} as const;
