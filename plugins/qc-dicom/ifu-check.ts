// study and series are named, and the diffusion series acquired, as the instructions for use want it.
import type { CheckLine } from "@thalamus/sdk";
import {
  checkAcquisition,
  descriptionMatcher,
  graver,
  type IfuProfile,
  judgeGradients,
} from "@thalamus/sdk/quality";
import { labelsOf, listSeries, type Series } from "./series.ts";

/** The line of the descriptions, and one for each rule of the acquisition. */
export function checkIfu(series: readonly Series[], profile: IfuProfile): CheckLine[] {
  const mr = series.filter(({ isMr }) => isMr);
  const weighted = judgeGradients(mr, profile).map((judged) => judged.series);
  return [checkDescriptions(series, profile), ...checkAcquisition(weighted, profile)];
}

/** Descriptions are typed by people and may name the patient, so only the numbers of series are shown. */
function checkDescriptions(series: readonly Series[], profile: IfuProfile): CheckLine {
  const { studyDescriptions, seriesDescriptions } = profile;
  const line = {
    id: "A-304",
    title: "IFU compliance",
    wanted: "Study and series descriptions as in the rule set",
  };
  if (series.length === 0) return { ...line, verdict: "not-run", found: "No image to look at" };
  if (!studyDescriptions && !seriesDescriptions) {
    return { ...line, verdict: "pass", found: "The rule set asks for no descriptions" };
  }
  const isStudyName = descriptionMatcher(studyDescriptions?.anyOf ?? []);
  const isSeriesName = descriptionMatcher(seriesDescriptions?.anyOf ?? []);
  const studyMatches = series.some(({ images }) => images.some((one) => isStudyName(one.studyDescription)));
  const matching = series.filter(({ images }) => images.some((one) => isSeriesName(one.seriesDescription)));
  const found = [
    studyMatches ? "Study description matches" : "Study description does not match",
    matching.length > 0 ? `${listSeries(matching)} matches` : "no series description matches",
  ].join("; ");
  if (studyMatches && matching.length > 0) {
    return { ...line, verdict: "pass", found, series: labelsOf(matching) };
  }
  const broken = [
    studyMatches ? undefined : studyDescriptions,
    matching.length > 0 ? undefined : seriesDescriptions,
  ];
  const howToFix =
    "Name the protocol on the scanner as the instructions for use say, or add the names used here to the rule set.";
  return { ...line, verdict: graver(broken), found, howToFix };
}
