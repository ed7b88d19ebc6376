// the study contains a diffusion series that a tensor can be computed from.
import type { CheckLine } from "@thalamus/sdk";
import { checkGradients, type IfuProfile } from "@thalamus/sdk/quality";
import type { Series } from "./series.ts";

const MISSING = {
  found: "No image with a diffusion weighting",
  howToFix:
    "Send the diffusion series. If it is there, an archive may have removed the private attributes " +
    "that carry b values and directions.",
};

export const checkDiffusion = (series: readonly Series[], profile: IfuProfile): CheckLine =>
  checkGradients(
    series.filter(({ isMr }) => isMr),
    profile,
    MISSING,
  );
