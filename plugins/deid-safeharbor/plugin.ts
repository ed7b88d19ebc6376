// deid-safeharbor: makes the copy of a study that may leave the house, without anything that names a person.
import {
  defineTransform,
  eachStep,
  LogToken,
  type ReceivedStudy,
  type SiteKeys,
  SiteKeysToken,
} from "@thalamus/sdk";
import { deidentifyStudy } from "./deidentify-study.ts";
import { type DeidKeys, openStudyContext, type StudyContext } from "./elements/study-context.ts";
import { openStudyParts } from "./open-study-parts.ts";
import { checkPixelRules } from "./pixels/pixel-rules.ts";
import { previewInstance } from "./preview/preview-instance.ts";
import { DeidSettings } from "./settings.ts";

/** Studies at once; within one, files are worked on side by side. */
const WIDTH = 2;

export default defineTransform({
  name: "deid-safeharbor",
  title: "De-identification (Safe Harbor)",
  summary:
    "Removes the 18 identifiers of HIPAA Safe Harbor by DICOM PS3.15, proves it, and signs a manifest.",
  settings: DeidSettings,
  formats: ["dicom"],
  needs: { keys: SiteKeysToken, log: LogToken },
  transform: (steps$, { settings, keys, log }) => {
    checkPixelRules(settings.pixelRules);
    const deidKeys = keysOf(keys);
    return steps$.pipe(
      eachStep(
        async (step, signal) => {
          const started = performance.now();
          const context = contextOf(step.study, settings, deidKeys);
          const parts = await openStudyParts(step, context, keys);
          const outcome = await deidentifyStudy(step, context, parts, signal);
          const milliseconds = Math.round(performance.now() - started);
          log.info("deid-safeharbor.done", { step: step.id, outcome: outcome.kind, milliseconds });
          return outcome;
        },
        { width: WIDTH },
      ),
    );
  },
  preview: ({ study, instance }, { settings, keys }, signal) =>
    previewInstance(instance.path, contextOf(study, settings, keysOf(keys)), signal),
});

/** One key for each purpose: who knows how UIDs are mapped still knows nothing of dates. */
const keysOf = (keys: SiteKeys): DeidKeys => ({
  uid: keys.hmacKey("deid-safeharbor.uid"),
  date: keys.hmacKey("deid-safeharbor.date"),
  pseudonym: keys.hmacKey("deid-safeharbor.pseudonym"),
});

/** What was given with an upload names the patient as well, and is looked for in the files. */
function contextOf(study: ReceivedStudy, settings: DeidSettings, keys: DeidKeys): StudyContext {
  const identity = study.identity.reveal();
  const context = openStudyContext(settings, keys, identity);
  context.known.add("id", identity.accessionNumber);
  context.known.add("id", identity.studyId);
  context.known.add("person", identity.referringPhysicianName);
  return context;
}
