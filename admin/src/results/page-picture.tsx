// A page of a report as a picture that can be made larger and smaller.
import { Alert, Box } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ZoomButtons } from "./zoom-buttons.tsx";

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

export function PagePicture({ address }: { readonly address: string }) {
  const [failed, setFailed] = useState(false);
  /** Place in the steps; undefined: as wide as there is room. */
  const [step, setStep] = useState<number>();
  if (failed)
    return (
      <Alert severity="warning">
        {say("The picture could not be shown. The files can still be downloaded.")}
      </Alert>
    );
  const zoom = (by: number) =>
    setStep(Math.min(Math.max((step ?? STEPS.indexOf(1)) + by, 0), STEPS.length - 1));
  const factor = step === undefined ? undefined : STEPS[step]!;
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, mb: 1, displayPrint: "none" }}>
        <ZoomButtons
          label={say("Size of the picture")}
          fitLabel={say("Fit to the page")}
          factor={factor}
          smallest={step === 0}
          largest={step === STEPS.length - 1}
          onZoom={zoom}
          onFit={() => setStep(undefined)}
        />
      </Box>
      <Box tabIndex={0} role="region" aria-label={say("First page of the report")} sx={FRAME}>
        <Box
          component="img"
          src={address}
          alt={say("First page of the report; its values stand in the table")}
          onError={() => setFailed(true)}
          sx={{ display: "block", width: factor === undefined ? "100%" : `${factor * 900}px` }}
        />
      </Box>
    </>
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
