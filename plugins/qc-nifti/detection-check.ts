// there are NIfTI images, their headers can be read, and they hold volumes.
import type { CheckLine } from "@thalamus/sdk";
import { shortNumber } from "@thalamus/sdk/quality";
import type { ImageFacts } from "./image-facts.ts";
import { BadNifti, type NiftiHeader } from "./nifti-header.ts";

const howToFix = "Convert the series again from DICOM, for example with dcm2niix, and send all its files.";

export function checkDetection(images: readonly ImageFacts[]): CheckLine {
  const line = {
    id: "A-306",
    title: "NIfTI file detection",
    wanted: "At least one NIfTI-1 image (.nii or .nii.gz) that can be read",
  };
  const there = images.filter(({ header }) => header !== undefined);
  if (there.length === 0) return { ...line, verdict: "fail", found: "No NIfTI image", howToFix };
  const broken = there.flatMap(({ label, header }) =>
    header instanceof BadNifti ? [{ label, header }] : [],
  );
  if (broken.length === 0) {
    const labels = there.map(({ label }) => label);
    return { ...line, verdict: "pass", found: labels.join(", "), series: labels };
  }
  const found = broken.map(({ label, header }) => `${label} ${header.message}`).join("; ");
  return { ...line, verdict: "fail", found, howToFix, series: broken.map(({ label }) => label) };
}

export function checkGeometry(images: readonly ImageFacts[]): CheckLine {
  const line = {
    id: "A-306.geometry",
    title: "Image geometry",
    wanted: "Four dimensions, and voxels of a size along three of them",
  };
  const read = images.flatMap(({ label, header }) =>
    header === undefined || header instanceof BadNifti ? [] : [{ label, header }],
  );
  if (read.length === 0) return { ...line, verdict: "not-run", found: "No header to look at" };
  const wrong = read.flatMap(({ label, header }) => {
    const why = objection(header);
    return why === undefined ? [] : [{ label, why }];
  });
  if (wrong.length === 0) {
    const found = read.map(({ label, header }) => `${label}: ${sizeWords(header)}`).join("; ");
    return { ...line, verdict: "pass", found, series: read.map(({ label }) => label) };
  }
  const found = wrong.map(({ label, why }) => `${label} ${why}`).join("; ");
  return { ...line, verdict: "fail", found, howToFix, series: wrong.map(({ label }) => label) };
}

function objection({ extent, voxel }: NiftiHeader): string | undefined {
  const used = extent.findLastIndex((size) => size > 1) + 1;
  if (used !== 4) return `has ${used} dimensions: a diffusion series has 4, and several volumes`;
  const sized = voxel.every((edge) => Number.isFinite(edge) && edge > 0);
  return sized ? undefined : "has voxels without a size";
}

const sizeWords = ({ extent, voxel }: NiftiHeader): string =>
  `${extent.slice(0, 4).join(" x ")} of ${voxel.map(shortNumber).join(" x ")} mm`;
