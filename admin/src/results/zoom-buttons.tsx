// Smaller, larger, and back to the width there is; for pictures and pages.
import FitScreenOutlined from "@mui/icons-material/FitScreenOutlined";
import ZoomInOutlined from "@mui/icons-material/ZoomInOutlined";
import ZoomOutOutlined from "@mui/icons-material/ZoomOutOutlined";
import { Box, ButtonGroup, IconButton, Tooltip } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

export interface ZoomButtonsProps {
  /** Names the buttons: "Size of the picture". */
  readonly label: string;
  readonly fitLabel: string;
  /** 1: as large as on paper; undefined: as wide as there is room. */
  readonly factor: number | undefined;
  readonly smallest: boolean;
  readonly largest: boolean;
  readonly onZoom: (by: -1 | 1) => void;
  readonly onFit: () => void;
}

export function ZoomButtons(props: ZoomButtonsProps) {
  const { label, fitLabel, factor, smallest, largest, onZoom, onFit } = props;
  return (
    <>
      <ButtonGroup aria-label={label}>
        <IconAct label={say("Smaller")} onClick={() => onZoom(-1)} disabled={smallest}>
          <ZoomOutOutlined fontSize="small" />
        </IconAct>
        <IconAct label={say("Larger")} onClick={() => onZoom(1)} disabled={largest}>
          <ZoomInOutlined fontSize="small" />
        </IconAct>
        <IconAct label={fitLabel} onClick={onFit} disabled={factor === undefined}>
          <FitScreenOutlined fontSize="small" />
        </IconAct>
      </ButtonGroup>
      <Box role="status" sx={{ minWidth: 40, color: "text.secondary", fontSize: "0.8125rem" }}>
        {factor === undefined ? say("fits") : `${Math.round(factor * 100)} %`}
      </Box>
    </>
  );
}

export interface IconActProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled: boolean;
  readonly children: React.ReactNode;
}

/** A small button with an icon and its words beside it when pointed at. */
export function IconAct({ label, onClick, disabled, children }: IconActProps) {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton size="small" aria-label={label} onClick={onClick} disabled={disabled}>
          {children}
        </IconButton>
      </span>
    </Tooltip>
  );
}
