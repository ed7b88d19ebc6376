// each image has its gradient table and its sidecar.
import type { CheckLine } from "@thalamus/sdk";
import type { FileRole, ImageFacts } from "./image-facts.ts";

const ENDINGS: Readonly<Record<FileRole, string>> = {
  image: ".nii or .nii.gz",
  bval: ".bval",
  bvec: ".bvec",
  sidecar: ".json",
};

export function checkRequiredFiles(images: readonly ImageFacts[]): CheckLine {
  const line = {
    id: "A-307",
    title: "DTI required files",
    wanted: "For each image .nii or .nii.gz, .bval, .bvec and .json of one name",
  };
  if (images.length === 0) return { ...line, verdict: "not-run", found: "No file to look at" };
  const lacking = images.flatMap(({ label, files }) => {
    const missing = (Object.keys(ENDINGS) as FileRole[]).filter((role) => !files[role]);
    return missing.length === 0 ? [] : [{ label, missing: missing.map((role) => ENDINGS[role]) }];
  });
  if (lacking.length === 0) {
    return {
      ...line,
      verdict: "pass",
      found: "All files are there",
      series: images.map(({ label }) => label),
    };
  }
  const found = lacking.map(({ label, missing }) => `${label} lacks ${missing.join(", ")}`).join("; ");
  const howToFix = "Send the missing files under the name of the image; dcm2niix writes all of them.";
  return { ...line, verdict: "fail", found, howToFix, series: lacking.map(({ label }) => label) };
}
