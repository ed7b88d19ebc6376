// qc-dicom: looks at the headers of a study and holds it for a person when it cannot be processed.
import { type CheckLine, type CheckStep, defineCheck, eachStep } from "@thalamus/sdk";
import { type IfuProfile, openProfile, qualityOutcome, switchedOff } from "@thalamus/sdk/quality";
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
  check: (steps$, { settings }) => {
    const profile = openProfile(settings);
    return steps$.pipe(
      eachStep(
        async (step, signal) => {
          const facts = await readStudy(step, signal);
          return qualityOutcome(runChecks(facts, givenWith(step), settings, profile), profile);
        },
        { width: WIDTH },
      ),
    );
  },
});

function givenWith({ study: { supplied, identity } }: CheckStep): GivenDemographics {
  const age = supplied.includes("patientAge") ? identity.reveal().patientAge : undefined;
  return { age, sex: supplied.includes("patientSex") };
}

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

/** The lines in the order of their ids; one that is switched off says so. */
function runChecks(
  { images, unreadable }: StudyFacts,
  given: GivenDemographics,
  settings: QcSettings,
  profile: IfuProfile,
): CheckLine[] {
  const series = seriesOf(images);
  // screen captures beside the MR images are not processed, so they decide nothing
  const mr = series.filter(({ isMr }) => isMr);
  const relevant = mr.length > 0 ? mr : series;
  const relevantImages = relevant.flatMap((one) => one.images);
  const checks: [boolean, CheckLine[]][] = [
    [settings.mriSeries, [checkMriSeries(series, unreadable, profile)]],
    [settings.diffusion, [checkDiffusion(series, profile)]],
    [settings.demographics, [checkDemographics(relevantImages, given, profile)]],
    [settings.ifuCompliance, checkIfu(series, profile)],
    [settings.losslessCompression, [checkLossless(relevant)]],
  ];
  return checks.flatMap(([on, lines]) => (on ? lines : lines.map(switchedOff)));
}
