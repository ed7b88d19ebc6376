// of a NIfTI study: its gradients, and what header and sidecar say of the acquisition.
import type { CheckLine } from "@thalamus/sdk";
import {
  type AcquisitionFacts,
  checkAcquisition,
  checkGradients,
  type IfuProfile,
  judgeGradients,
  summarizeGradients,
} from "@thalamus/sdk/quality";
import type { ImageFacts } from "./image-facts.ts";
import { BadNifti } from "./nifti-header.ts";

const MISSING = {
  found: "No image with a gradient table that says a diffusion weighting",
  howToFix: "Send the diffusion series with its .bval and .bvec.",
};

const gradientsOf = (images: readonly ImageFacts[]) =>
  images.flatMap((image) =>
    image.gradients ? [{ ...image, gradients: summarizeGradients(image.gradients.weightings) }] : [],
  );

export const checkDiffusion = (images: readonly ImageFacts[], profile: IfuProfile): CheckLine =>
  checkGradients(gradientsOf(images), profile, MISSING);

export function checkIfu(images: readonly ImageFacts[], profile: IfuProfile): CheckLine[] {
  const weighted = judgeGradients(gradientsOf(images), profile).map(({ series }) => series);
  const acquired = weighted.map((image) => ({ label: image.label, acquisition: acquisitionOf(image) }));
  return checkAcquisition(acquired, profile);
}

/** Sidecars say times in seconds (BIDS, as dcm2niix writes them). */
function acquisitionOf({ header, sidecar = {} }: Pick<ImageFacts, "header" | "sidecar">): AcquisitionFacts {
  const said = (key: string, scale = 1): number[] => {
    const value = sidecar[key];
    return typeof value === "number" && Number.isFinite(value) ? [value * scale] : [];
  };
  const known = header instanceof BadNifti ? undefined : header;
  const [x, y, spacing] = known?.voxel ?? [];
  const thickness = said("SliceThickness");
  return {
    fieldStrength: said("MagneticFieldStrength"),
    repetitionTime: said("RepetitionTime", 1000),
    echoTime: said("EchoTime", 1000),
    flipAngle: said("FlipAngle"),
    inPlane: x === undefined || y === undefined ? [] : [x, y],
    // without a gap the two are the same, and a header knows the distance only
    sliceThickness: thickness.length > 0 || spacing === undefined ? thickness : [spacing],
    sliceGap: spacing === undefined ? [] : thickness.map((one) => spacing - one),
    slices: known?.extent[2] === undefined ? [] : [known.extent[2]],
  };
}
