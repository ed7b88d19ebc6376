// the study contains a proper MRI series.
import type { CheckLine } from "@thalamus/sdk";
import { type IfuProfile, isWithin, type RangeRule, rangeWords } from "@thalamus/sdk/quality";
import type { Geometry } from "./image-facts.ts";
import { GEOMETRY_TOLERANCE } from "./rules.ts";
import { labelsOf, listSeries, type Series } from "./series.ts";

/** A series is something from one image on. */
const ANY: RangeRule = { min: 1, otherwise: "fail" };

/** @param unreadable how many files had no readable header, or are cut off */
export function checkMriSeries(
  series: readonly Series[],
  unreadable: number,
  { images = ANY }: IfuProfile,
): CheckLine {
  const line = {
    id: "A-301",
    title: "MRI series validation",
    wanted: `A complete MR series of ${rangeWords(images, "images")} with one geometry`,
  };
  const note = unreadableNote(unreadable);
  const mr = series.filter(({ isMr }) => isMr);
  if (mr.length === 0) {
    const found = series.length === 0 ? "No images" : `${count(series.length, "series")}, none of MR images`;
    const howToFix = "Send the MR images of the examination; reports and screen captures are no series.";
    return { ...line, verdict: "fail", found: found + note, howToFix };
  }
  if (unreadable > 0) {
    // its image may be the one that matters, and nobody can tell which series it belongs to
    const howToFix = "Send the study again as the scanner made it; a damaged file cannot be processed.";
    return { ...line, verdict: "fail", found: listSeries(mr) + note, howToFix, series: labelsOf(mr) };
  }
  const large = mr.filter(({ frames }) => isWithin(frames, images));
  const proper = large.filter((one) => hasOneGeometry(one));
  if (proper.length > 0) return ofProper(line, proper);
  if (large.length > 0) {
    const found = `${listSeries(large)}: images differ in size, pixel spacing or orientation`;
    const howToFix = "Send the series as the scanner made it, without localisers or reformats in it.";
    return { ...line, verdict: "fail", found, howToFix, series: labelsOf(large) };
  }
  const most = Math.max(...mr.map(({ frames }) => frames));
  const found = `${count(mr.length, "MR series")}, the largest with ${count(most, "image")}`;
  const howToFix = "Send all images of the series, or wait until the archive has them all.";
  return { ...line, verdict: images.otherwise, found, howToFix, series: labelsOf(mr) };
}

/** A lost image shows as a slice position that has fewer images than the others. */
function ofProper(line: Pick<CheckLine, "id" | "title" | "wanted">, proper: readonly Series[]): CheckLine {
  const largest = Math.max(...proper.map(({ frames }) => frames));
  const found = `${listSeries(proper)}; up to ${largest} images`;
  const gapped = proper.filter(({ layout, gradients }) => !layout.complete && gradients.shells.length > 0);
  if (gapped.length === 0) return { ...line, verdict: "pass", found, series: labelsOf(proper) };
  return {
    ...line,
    verdict: "warn",
    found: `${found}; ${listSeries(gapped)}: slice positions differ in their number of images`,
    howToFix: "Send the study again if images are missing.",
    series: labelsOf(gapped),
  };
}

/** One size, spacing and orientation; localisers have several. */
function hasOneGeometry({ images }: Series): boolean {
  const first = images[0]?.geometry;
  return first !== undefined && images.every(({ geometry }) => sameGeometry(geometry, first));
}

function sameGeometry(a: Geometry, b: Geometry): boolean {
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    near(a.pixelSpacing, b.pixelSpacing, GEOMETRY_TOLERANCE.pixelSpacing) &&
    near(a.orientation, b.orientation, GEOMETRY_TOLERANCE.orientation)
  );
}

const near = (a: readonly number[], b: readonly number[], tolerance: number): boolean =>
  a.length === b.length && a.every((value, index) => Math.abs(value - b[index]!) <= tolerance);

const unreadableNote = (unreadable: number): string =>
  unreadable === 0
    ? ""
    : `; ${count(unreadable, "file")} could not be read or ${unreadable === 1 ? "is" : "are"} cut off`;

const count = (n: number, noun: string): string =>
  n === 1 || noun.endsWith("series") ? `${n} ${noun}` : `${n} ${noun}s`;
