// Wires the judge of pixels, the second pass and the manifest to the pass over a study.
import type { SigningKey, TransformStep } from "@thalamus/sdk";
import type { StudyContext } from "./elements/study-context.ts";
import { DICOM_RULES, PROGRAM } from "./made-by.ts";
import { PatientsOfStudy } from "./patients-of-study.ts";
import { judgeSource } from "./pixels/judge-file.ts";
import { settingsDigest } from "./proof/manifest.ts";
import { openProvenStudy } from "./proof/proven-study.ts";
import type { ProverOptions, StudyProver } from "./proof/study-prover.ts";
import type { StudyParts } from "./study-parts.ts";
import { dummyValue } from "./values/dummy-values.ts";

/** What the first pass writes where an attribute must have a value; text, dates and times. */
const WRITTEN = ["LO", "AS", "DA", "DT", "TM", "UR"].map((vr) => dummyValue(vr).toString("latin1"));

/** @param openProver begins the second pass: here, or in a thread of its own */
export async function openStudyParts(
  step: TransformStep,
  context: StudyContext,
  signing: SigningKey,
  openProver: (options: ProverOptions) => StudyProver,
): Promise<StudyParts> {
  const { settings, pseudonym } = context;
  const identity = step.study.identity.reveal();
  const prover = openProver({
    pseudonym: { patientName: pseudonym, patientId: pseudonym },
    dates: settings.shiftDates ? "shift" : "remove",
    written: WRITTEN,
    known: [
      { kind: "name", value: identity.patientName },
      { kind: "name", value: identity.referringPhysicianName },
      { kind: "id", value: identity.patientId },
      { kind: "id", value: identity.accessionNumber },
      { kind: "id", value: identity.studyId },
    ],
  });
  const options = {
    patientPseudonym: pseudonym,
    workspace: await step.workspace(),
    about: {
      createdAt: new Date().toISOString(),
      program: PROGRAM,
      ruleSet: DICOM_RULES,
      settingsSha256: settingsDigest(settings),
      previousManifest: (await step.previousManifest()) ?? null,
    },
    signing,
  };
  const proven = openProvenStudy(options, prover);
  const patients = new PatientsOfStudy(step.released);
  return {
    judge: async (file) => {
      const judged = await judgeSource(file, settings.pixelRules, step.released);
      const line = patients.see(judged.header);
      if (!line) return judged;
      return { ...judged, held: judged.held || line.verdict === "fail", lines: [...judged.lines, line] };
    },
    ...proven,
  };
}
