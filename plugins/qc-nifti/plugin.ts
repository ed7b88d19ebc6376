// qc-nifti: looks at the files of a NIfTI study and holds it for a person when it cannot be processed.
import { type CheckLine, type CheckStep, defineCheck, eachStep } from "@thalamus/sdk";
import { type IfuProfile, openProfile, qualityOutcome, switchedOff } from "@thalamus/sdk/quality";
import { checkDetection, checkGeometry } from "./detection-check.ts";
import { checkDiffusion, checkIfu } from "./diffusion-check.ts";
import { checkTables } from "./gradient-table-check.ts";
import { type ImageFacts, readImages } from "./image-facts.ts";
import { checkRequiredFiles } from "./required-files-check.ts";
import { QcNiftiSettings } from "./settings.ts";
import { checkSidecar, type GivenDemographics } from "./sidecar-check.ts";

/** Studies looked at at once. */
const WIDTH = 2;

export default defineCheck({
  name: "qc-nifti",
  title: "NIfTI quality control",
  summary: "Checks images, gradient tables, sidecars and demographics of NIfTI studies before processing.",
  settings: QcNiftiSettings,
  needs: {},
  formats: ["nifti"],
  check: (steps$, { settings }) => {
    const profile = openProfile(settings);
    return steps$.pipe(
      eachStep(
        async (step, signal) => {
          const images = await readImages(await step.study.instances(), signal);
          return qualityOutcome(runChecks(images, givenWith(step), settings, profile), profile);
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

/** The lines of all checks; one that is switched off says so. */
function runChecks(
  images: readonly ImageFacts[],
  given: GivenDemographics,
  settings: QcNiftiSettings,
  profile: IfuProfile,
): CheckLine[] {
  const checks: [boolean, CheckLine[]][] = [
    [settings.fileDetection, [checkDetection(images), checkGeometry(images)]],
    [settings.requiredFiles, [checkRequiredFiles(images), checkTables(images)]],
    [settings.sidecar, [checkSidecar(images, given, profile)]],
    [settings.diffusion, [checkDiffusion(images, profile)]],
    [settings.ifuCompliance, checkIfu(images, profile)],
  ];
  return checks.flatMap(([on, lines]) => (on ? lines : lines.map(switchedOff)));
}
