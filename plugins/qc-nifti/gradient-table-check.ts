// the gradient tables can be read and fit the volumes of their image.
import type { CheckLine } from "@thalamus/sdk";
import type { ImageFacts } from "./image-facts.ts";
import { BadNifti } from "./nifti-header.ts";

interface Finding {
  readonly verdict: "pass" | "warn" | "fail";
  readonly text: string;
}

export function checkTables(images: readonly ImageFacts[]): CheckLine {
  const line = {
    id: "A-307.gradients",
    title: "Gradient tables",
    wanted: "One b value and one direction of unit length for each volume",
  };
  const complete = images.filter(({ files }) => files.image && files.bval && files.bvec);
  if (complete.length === 0) return { ...line, verdict: "not-run", found: "No image with its tables" };
  const findings = complete.map((image) => ({ label: image.label, ...findingOf(image) }));
  const verdict = (["fail", "warn", "pass"] as const).find((one) =>
    findings.some((finding) => finding.verdict === one),
  )!;
  const shown = findings.filter((finding) => finding.verdict === verdict);
  const found = shown.map(({ label, text }) => `${label}: ${text}`).join("; ");
  const series = shown.map(({ label }) => label);
  if (verdict === "pass") return { ...line, verdict, found, series };
  const howToFix =
    "Send the tables that were made together with this image; a cut or merged image needs new ones.";
  return { ...line, verdict, found, howToFix, series };
}

function findingOf({ header, bvals, bvecs, gradients }: ImageFacts): Finding {
  if (!bvals) return { verdict: "fail", text: "the .bval holds something that is no number" };
  if (!bvecs) return { verdict: "fail", text: "the .bvec holds something that is no number" };
  const volumes = header === undefined || header instanceof BadNifti ? bvals.length : header.volumes;
  if (bvals.length !== volumes || !gradients) {
    const shape = `${bvecs.length} rows of ${[...new Set(bvecs.map((row) => row.length))].join(" or ")}`;
    return {
      verdict: "fail",
      text: `${volumes} volumes, ${bvals.length} b values, .bvec with ${shape} numbers`,
    };
  }
  if (bvals.some((b) => b < 0)) return { verdict: "fail", text: "a b value is negative" };
  if (gradients.undirected > 0) {
    return { verdict: "warn", text: `${gradients.undirected} weighted volumes have no direction` };
  }
  if (gradients.unnormalized > 0) {
    return { verdict: "warn", text: `${gradients.unnormalized} directions are not of unit length` };
  }
  return { verdict: "pass", text: `${volumes} volumes, each with b value and direction` };
}
