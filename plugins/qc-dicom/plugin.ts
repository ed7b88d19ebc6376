// qc-dicom: looks at the headers of a study and holds it for a person when it cannot be processed.
import { type CheckLine, type CheckStep, defineCheck, eachStep, held, passed } from "@thalamus/sdk";
import { from, lastValueFrom, mergeMap, toArray } from "rxjs";
import { checkDemographics, type GivenDemographics } from "./demographics-check.ts";
import { checkDiffusion } from "./diffusion-check.ts";
import { checkIfu } from "./ifu-check.ts";
import { type ImageFacts, readImageFacts } from "./image-facts.ts";
import { checkLossless } from "./lossless-check.ts";
import { checkMriSeries } from "./mri-series-check.ts";
import { seriesOf } from "./series.ts";
import { QcSettings } from "./settings.ts";

/** Files open at once in one study. */
const FILES_AT_ONCE = 8;
/** Studies looked at at once. */
const WIDTH = 2;

export default defineCheck({
  name: "qc-dicom",
  title: "DICOM quality control",
  summary: "Checks MR series, diffusion weighting, demographics, naming and compression before processing.",
  settings: QcSettings,
  needs: {},
  check: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          const { supplied } = step.study;
          const given = { age: supplied.includes("patientAge"), sex: supplied.includes("patientSex") };
          const lines = runChecks(await readStudy(step, signal), given, settings);
          return lines.some(({ verdict }) => verdict === "fail") ? held(lines) : passed(lines);
        },
        { width: WIDTH },
      ),
    ),
});

interface StudyFacts {
  readonly images: readonly ImageFacts[];
  readonly unreadable: number;
}

async function readStudy(step: CheckStep, signal: AbortSignal): Promise<StudyFacts> {
  const instances = await step.study.instances();
  let done = 0;
  const facts$ = from(instances).pipe(
    mergeMap(async (instance) => {
      signal.throwIfAborted();
      const facts = await readImageFacts(instance);
      done += 1;
      if (done % 100 === 0) step.progress(done / instances.length, "reading headers");
      return facts;
    }, FILES_AT_ONCE),
    toArray(),
  );
  const facts = await lastValueFrom(facts$);
  const readable = facts.filter((one) => one !== undefined);
  return { images: readable.filter(({ isImage }) => isImage), unreadable: facts.length - readable.length };
}

/** The five lines, in the order of their ids; one that is switched off says so. */
function runChecks(
  { images, unreadable }: StudyFacts,
  given: GivenDemographics,
  settings: QcSettings,
): CheckLine[] {
  const series = seriesOf(images);
  // Screen captures beside the MR images are not processed, so they decide nothing.
  const mrImages = series.filter(({ isMr }) => isMr).flatMap((one) => one.images);
  const relevant = mrImages.length > 0 ? mrImages : images;
  const checks: [boolean, CheckLine][] = [
    [settings.mriSeries, checkMriSeries(series, unreadable, settings)],
    [settings.diffusion, checkDiffusion(series, settings)],
    [settings.demographics, checkDemographics(relevant, given)],
    [settings.ifuCompliance, checkIfu(series, settings)],
    [settings.losslessCompression, checkLossless(relevant)],
  ];
  return checks.map(([on, line]) => (on ? line : switchedOff(line)));
}

const switchedOff = ({ id, title, wanted }: CheckLine): CheckLine => ({
  id,
  title,
  wanted,
  verdict: "off",
  found: "Switched off in the settings",
});
