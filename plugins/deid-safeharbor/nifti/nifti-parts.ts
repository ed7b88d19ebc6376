// Wires the second pass and the manifest to the pass over a NIfTI study.
import type { SigningKey, TransformStep } from "@thalamus/sdk";
import type { StudyContext } from "../elements/study-context.ts";
import { NIFTI_RULES, PROGRAM } from "../made-by.ts";
import type { NiftiProofOptions } from "../nifti-proof/nifti-proof.ts";
import { settingsDigest } from "../proof/manifest.ts";
import { openProvenStudy } from "../proof/proven-study.ts";
import type { StudyProver } from "../proof/study-prover.ts";

export type NiftiParts = ReturnType<typeof openProvenStudy>;
export type OpenNiftiProver = (options: NiftiProofOptions) => StudyProver;

export async function openNiftiParts(
  step: TransformStep,
  { settings, pseudonym }: StudyContext,
  signing: SigningKey,
  openProver: OpenNiftiProver,
): Promise<NiftiParts> {
  const identity = step.study.identity.reveal();
  const instances = await step.study.instances();
  const prover = openProver({
    dates: settings.shiftDates ? "shift" : "remove",
    known: [
      { kind: "name", value: identity.patientName },
      { kind: "name", value: identity.referringPhysicianName },
      { kind: "id", value: identity.patientId },
      { kind: "id", value: identity.accessionNumber },
      { kind: "id", value: identity.studyId },
      { kind: "date", value: identity.patientBirthDate },
      { kind: "text", value: identity.studyDescription },
      { kind: "uid", value: identity.studyInstanceUid },
      ...instances.flatMap(({ sopInstanceUid, seriesInstanceUid }) => [
        { kind: "uid" as const, value: sopInstanceUid },
        { kind: "uid" as const, value: seriesInstanceUid },
      ]),
    ],
  });
  const about = {
    createdAt: new Date().toISOString(),
    program: PROGRAM,
    ruleSet: NIFTI_RULES,
    settingsSha256: settingsDigest(settings),
    previousManifest: (await step.previousManifest()) ?? null,
  };
  const workspace = await step.workspace();
  return openProvenStudy({ patientPseudonym: pseudonym, workspace, about, signing }, prover);
}
