// study and series are named as the instructions for use want it.
import type { CheckLine } from "@thalamus/sdk";
import { listSeries, type Series } from "./series.ts";
import type { QcSettings } from "./settings.ts";

/** Descriptions are typed by people and may name the patient, so only the numbers of series are shown. */
export function checkIfu(series: readonly Series[], settings: QcSettings): CheckLine {
  const line = {
    id: "A-304",
    title: "IFU compliance",
    wanted: "Study and series descriptions as in the settings",
  };
  if (series.length === 0) return { ...line, verdict: "not-run", found: "No image to look at" };
  const isStudyName = matcher(settings.studyDescriptions);
  const isSeriesName = matcher(settings.seriesDescriptions);
  const studyMatches = series.some(({ images }) => images.some((one) => isStudyName(one.studyDescription)));
  const matching = series.filter(({ images }) => images.some((one) => isSeriesName(one.seriesDescription)));
  const found = [
    studyMatches ? "Study description matches" : "Study description does not match",
    matching.length > 0 ? `${listSeries(matching)} matches` : "no series description matches",
  ].join("; ");
  if (studyMatches && matching.length > 0) return { ...line, verdict: "pass", found };
  const howToFix =
    "Name the protocol on the scanner as the instructions for use say, or add the names used here to the settings.";
  return { ...line, verdict: settings.ifuMismatch, found, howToFix };
}

/** An empty list accepts every description. */
function matcher(patterns: readonly string[]): (description: string) => boolean {
  const wanted = patterns.map((pattern) => plain(pattern).split("*"));
  return (description) => wanted.length === 0 || wanted.some((parts) => matches(plain(description), parts));
}

const plain = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Whether a text has the parts in order, the first at its start and the last at its end. */
function matches(text: string, parts: readonly string[]): boolean {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.slice(first.length).endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
