// A page of a report as a picture that can be made larger and smaller.
import FitScreenOutlined from "@mui/icons-material/FitScreenOutlined";
import ZoomInOutlined from "@mui/icons-material/ZoomInOutlined";
import ZoomOutOutlined from "@mui/icons-material/ZoomOutOutlined";
import { Alert, Box, ButtonGroup, IconButton, Tooltip } from "@mui/material";
import { useState } from "react";

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

export function PagePicture({ address }: { readonly address: string }) {
  const [failed, setFailed] = useState(false);
  /** Place in the steps; undefined: as wide as there is room. */
  const [step, setStep] = useState<number>();
  if (failed)
    return (
      <Alert severity="warning">The picture could not be shown. The files can still be downloaded.</Alert>
    );
  const zoom = (by: number) =>
    setStep(Math.min(Math.max((step ?? STEPS.indexOf(1)) + by, 0), STEPS.length - 1));
  const factor = step === undefined ? undefined : STEPS[step]!;
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, mb: 1, displayPrint: "none" }}>
        <ButtonGroup aria-label="Size of the picture">
          <ZoomButton label="Smaller" onClick={() => zoom(-1)} disabled={step === 0}>
            <ZoomOutOutlined fontSize="small" />
          </ZoomButton>
          <ZoomButton label="Larger" onClick={() => zoom(1)} disabled={step === STEPS.length - 1}>
            <ZoomInOutlined fontSize="small" />
          </ZoomButton>
          <ZoomButton
            label="Fit to the page"
            onClick={() => setStep(undefined)}
            disabled={step === undefined}
          >
            <FitScreenOutlined fontSize="small" />
          </ZoomButton>
        </ButtonGroup>
        <Box role="status" sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {factor === undefined ? "fits" : `${factor * 100} %`}
        </Box>
      </Box>
      <Box tabIndex={0} role="region" aria-label="First page of the report" sx={FRAME}>
        <Box
          component="img"
          src={address}
          alt="First page of the report; its values stand in the table"
          onError={() => setFailed(true)}
          sx={{ display: "block", width: factor === undefined ? "100%" : `${factor * 900}px` }}
        />
      </Box>
    </>
  );
}

interface ZoomButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly disabled: boolean;
  readonly children: React.ReactNode;
}

function ZoomButton({ label, onClick, disabled, children }: ZoomButtonProps) {
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

const FRAME = {
  maxWidth: 900,
  maxHeight: "85vh",
  overflow: "auto",
  borderRadius: 1,
  border: 1,
  borderColor: "divider",
} as const;
