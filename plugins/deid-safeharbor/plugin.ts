// deid-safeharbor: makes the copy of a study that may leave the house, without anything that names a person.
import { defineTransform, eachStep, LogToken, SiteKeysToken } from "@thalamus/sdk";
import { deidKeys } from "./elements/deid-keys.ts";
import { contextOfStudy } from "./elements/study-context.ts";
import { previewNifti } from "./nifti/preview-nifti.ts";
import { checkPixelRules } from "./pixels/pixel-rules.ts";
import { previewInstance } from "./preview/preview-instance.ts";
import { DeidSettings } from "./settings.ts";
import { StudyThreads } from "./threads/study-threads.ts";

/** Studies at once, each in a thread of its own; within one, files are worked on side by side. */
const WIDTH = 2;

export default defineTransform({
  name: "deid-safeharbor",
  title: "De-identification (Safe Harbor)",
  summary:
    "Removes the 18 identifiers of HIPAA Safe Harbor by DICOM PS3.15, proves it, and signs a manifest.",
  settings: DeidSettings,
  formats: ["dicom", "nifti"],
  needs: { keys: SiteKeysToken, log: LogToken },
  transform: (steps$, { settings, keys, log }) => {
    checkPixelRules(settings.pixelRules);
    const threads = new StudyThreads({ settings, keys: deidKeys(keys), signing: keys.signing });
    return steps$.pipe(
      eachStep(
        async (step, signal) => {
          const started = performance.now();
          const outcome = await threads.run(step, signal);
          const milliseconds = Math.round(performance.now() - started);
          log.info("deid-safeharbor.done", { step: step.id, outcome: outcome.kind, milliseconds });
          return outcome;
        },
        { width: WIDTH },
      ),
    );
  },
  preview: ({ study, instance }, { settings, keys }, signal) =>
    study.format === "nifti"
      ? previewNifti(study, instance, contextOfStudy(study, settings, deidKeys(keys)), signal)
      : previewInstance(instance.path, contextOfStudy(study, settings, deidKeys(keys)), signal),
});
