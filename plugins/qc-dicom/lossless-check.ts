// no image has lost detail to compression, neither now nor earlier.
import type { CheckLine } from "@thalamus/sdk";
import { transferSyntaxOf } from "@thalamus/sdk/dicom";
import type { ImageFacts } from "./image-facts.ts";
import { ACCEPTED_TRANSFER_SYNTAXES } from "./rules.ts";
import { labelsOf, type Series } from "./series.ts";

/** Why an image is refused; undefined when it is not. */
function objection({ transferSyntaxUid, lossyBefore }: ImageFacts): string | undefined {
  const syntax = transferSyntaxOf(transferSyntaxUid);
  if (syntax.lossy === "always") return `are in ${syntax.name}, which is lossy`;
  if (lossyBefore) return "say that they were compressed with loss";
  if (!ACCEPTED_TRANSFER_SYNTAXES.has(transferSyntaxUid))
    return `are in ${syntax.name}, which is not accepted`;
  return undefined;
}

export function checkLossless(series: readonly Series[]): CheckLine {
  const images = series.flatMap((one) => one.images);
  const line = {
    id: "A-305",
    title: "Lossless compression",
    wanted: "Native or losslessly compressed pixels, LossyImageCompression (0028,2110) not 01",
  };
  if (images.length === 0) return { ...line, verdict: "not-run", found: "No image to look at" };
  const objections = new Map<string, number>();
  for (const image of images) {
    const reason = objection(image);
    if (reason) objections.set(reason, (objections.get(reason) ?? 0) + 1);
  }
  if (objections.size === 0) {
    const names = new Set(images.map(({ transferSyntaxUid }) => transferSyntaxOf(transferSyntaxUid).name));
    return { ...line, verdict: "pass", found: [...names].join(", ") };
  }
  const found = [...objections].map(([reason, n]) => `${n} of ${images.length} images ${reason}`).join("; ");
  const howToFix = "Have the images sent from the scanner or the archive without lossy compression.";
  const affected = series.filter((one) => one.images.some((image) => objection(image) !== undefined));
  return { ...line, verdict: "fail", found, howToFix, series: labelsOf(affected) };
}
