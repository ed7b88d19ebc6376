// Wires the second pass and the manifest to the pass over a NIfTI study.
import type { SigningKey, TransformStep } from "@thalamus/sdk";
import type { StudyContext } from "../elements/study-context.ts";
import type { NiftiProofOptions } from "../nifti-proof/nifti-proof.ts";
import program from "../package.json" with { type: "json" };
import { settingsDigest } from "../proof/manifest.ts";
import { openProvenStudy } from "../proof/proven-study.ts";
import type { StudyProver } from "../proof/study-prover.ts";

/** Changes whenever the list of what may stay does. */
const RULE_SET = { name: "NIfTI allow-list, HIPAA Safe Harbor", version: "1" };

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
    program: { name: program.name, version: program.version },
    ruleSet: RULE_SET,
    settingsSha256: settingsDigest(settings),
    previousManifest: (await step.previousManifest()) ?? null,
  };
  const workspace = await step.workspace();
  return openProvenStudy({ patientPseudonym: pseudonym, workspace, about, signing }, prover);
}
