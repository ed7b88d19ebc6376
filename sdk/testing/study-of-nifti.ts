// A NIfTI study made of files on disk, as the hub would hand it over: images with their tables and sidecars.
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { derivedUid, EMPTY_IDENTITY } from "../dicom/index.ts";
import { Phi } from "../phi.ts";
import type { ReceivedStudy, StoredInstance, StudyIdentity } from "../step.ts";

export type NiftiRole = Exclude<StoredInstance["role"], "dicom">;

/** The files of one image by what they are; absolute paths. */
export type NiftiBundle = Readonly<Partial<Record<NiftiRole, string>>>;

/** @param identity values that were given beside the files; they count as supplied */
export async function studyOfNifti(
  bundles: readonly NiftiBundle[],
  identity: Partial<StudyIdentity> = {},
): Promise<ReceivedStudy> {
  const all = await Promise.all(bundles.map((bundle, index) => instancesOf(bundle, index)));
  const instances = all.flat();
  return {
    id: randomUUID(),
    revision: 1,
    format: "nifti",
    supplied: Object.keys(identity) as (keyof StudyIdentity)[],
    identity: new Phi({ ...EMPTY_IDENTITY, ...identity }),
    instances: async () => instances,
  };
}

function instancesOf(bundle: NiftiBundle, index: number): Promise<StoredInstance[]> {
  const files = Object.entries(bundle) as [NiftiRole, string][];
  const seriesInstanceUid = derivedUid("nifti series", `${index}`);
  return Promise.all(
    files.map(async ([role, path]) => {
      const content = await readFile(path);
      return {
        role,
        sopClassUid: "",
        sopInstanceUid: derivedUid(`nifti ${role}`, `${index}`),
        seriesInstanceUid,
        transferSyntaxUid: "",
        modality: "MR",
        bytes: content.length,
        sha256: createHash("sha256").update(content).digest("hex"),
        path,
      };
    }),
  );
}
