// What the pass over a study asks of the proof: look at each copy, look once more at the end, write the manifest.
import { join } from "node:path";
import type { SigningKey } from "@thalamus/sdk";
import { type ManifestAbout, ManifestWriter } from "./manifest.ts";
import type { StudyProver } from "./study-prover.ts";

/** A copy and what the first pass reported of it; the proof believes the places of files and checksums only. */
export interface ProvenCopy {
  readonly instance: { readonly path: string };
  readonly path: string;
  /** From the folder of the copy on. */
  readonly name: string;
  readonly report: {
    readonly sourceSha256: string;
    readonly outputSha256: string;
    readonly bytes: number;
    readonly sopInstanceUid: string;
    readonly pixels?: { readonly masked: boolean };
  };
  /** How many elements each rule changed. */
  readonly rules: Readonly<Record<string, number>>;
}

export interface ProvenStudyOptions {
  /** PatientID (0010,0020) of the copy. */
  readonly patientPseudonym: string;
  /** Where the manifest goes. */
  readonly workspace: string;
  readonly about: Omit<ManifestAbout, "patientPseudonym" | "studyInstanceUid">;
  readonly signing: SigningKey;
}

export function openProvenStudy(options: ProvenStudyOptions, prover: StudyProver) {
  return {
    /** @returns what is wrong, in words without values */
    prove({ instance, path, report }: ProvenCopy): Promise<readonly string[]> {
      const masked = report.pixels?.masked === true;
      return prover.prove({ source: instance.path, output: path, masked });
    },

    finishProof: (): Promise<readonly string[]> => prover.finish(),

    async record(copies: readonly ProvenCopy[], studyInstanceUid: string) {
      const { about, signing, patientPseudonym, workspace } = options;
      const said = { ...about, patientPseudonym, studyInstanceUid };
      const writer = await ManifestWriter.open(join(workspace, "manifest.jsonl"), said);
      try {
        for (const copy of copies.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
          await writer.add(entryOf(copy));
        return await writer.finish(signing);
      } catch (error) {
        await writer.abandon();
        throw error;
      }
    },
  };
}

function entryOf({ name, report, rules }: ProvenCopy) {
  const { sourceSha256, outputSha256, bytes, sopInstanceUid, pixels } = report;
  const masked = pixels?.masked === true;
  return { path: name, sourceSha256, outputSha256, bytes, sopInstanceUid, masked, rules };
}
