// Finds NIfTI images with their tables and sidecars: each folder that holds images is one study of one patient.
import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { ReceivedStudy, StoredInstance } from "@thalamus/sdk";
import { derivedUid, EMPTY_IDENTITY } from "@thalamus/sdk/dicom";
import { Phi } from "@thalamus/sdk/phi";
import { sha256OfFile } from "../folder-files.ts";

type Role = Exclude<StoredInstance["role"], "dicom">;

const ENDINGS: readonly (readonly [RegExp, Role])[] = [
  [/\.nii(\.gz)?$/i, "image"],
  [/\.bval$/i, "bval"],
  [/\.bvec$/i, "bvec"],
  [/\.json$/i, "sidecar"],
];

interface Found {
  readonly path: string;
  readonly role: Role;
  /** What belongs together has the same. */
  readonly base: string;
}

export interface FoundNifti {
  readonly studies: readonly ReceivedStudy[];
  /** Paths that are part of a study. */
  readonly taken: ReadonlySet<string>;
}

/**
 * @param files absolute paths, sorted
 * @param tellTaken is called for each file that is part of a study
 */
export async function findNiftiStudies(files: readonly string[], tellTaken: () => void): Promise<FoundNifti> {
  const found = files.flatMap((path) => foundFile(path) ?? []);
  const folders = Map.groupBy(found, ({ path }) => dirname(path));
  const studies: ReceivedStudy[] = [];
  const taken = new Set<string>();
  for (const inFolder of folders.values()) {
    const instances = await instancesOf(inFolder);
    if (instances.length === 0) continue;
    for (const { path } of instances) {
      // of two images of one name both have the tables
      if (!taken.has(path)) tellTaken();
      taken.add(path);
    }
    studies.push(studyOf(instances));
  }
  return { studies, taken };
}

function foundFile(path: string): Found | undefined {
  const name = basename(path);
  const [ending, role] = ENDINGS.find(([form]) => form.test(name)) ?? [];
  return ending && role ? { path, role, base: name.replace(ending, "").toLowerCase() } : undefined;
}

/** Files of one name belong together; where there is one image, so do the only ones of another name. */
async function instancesOf(files: readonly Found[]): Promise<StoredInstance[]> {
  const images = files.filter(({ role }) => role === "image");
  const instances: StoredInstance[] = [];
  for (const image of images) {
    const sha256 = await sha256OfFile(image.path);
    const partners = (["bval", "bvec", "sidecar"] as const).flatMap((role) => {
      const candidates = files.filter((one) => one.role === role);
      const [only] = images.length === 1 && candidates.length === 1 ? candidates : [];
      return candidates.find(({ base }) => base === image.base) ?? only ?? [];
    });
    // UIDs are derived as the hub derives them, so that its pseudonyms are the same
    const seriesInstanceUid = derivedUid("nifti series", sha256);
    for (const { role, path } of [image, ...partners]) {
      const sopInstanceUid = derivedUid(`nifti ${role}`, sha256);
      const uids = { sopClassUid: "", sopInstanceUid, seriesInstanceUid, transferSyntaxUid: "" };
      const facts = { modality: "MR", bytes: statSync(path).size, sha256: role === "image" ? sha256 : "" };
      instances.push({ role, ...uids, ...facts, path });
    }
  }
  return instances;
}

function studyOf(instances: readonly StoredInstance[]): ReceivedStudy {
  const images = instances.filter(({ role }) => role === "image").map(({ sha256 }) => sha256);
  const studyInstanceUid = derivedUid("nifti study", images.toSorted().join(" "));
  return {
    id: studyInstanceUid,
    revision: 1,
    format: "nifti",
    supplied: [],
    identity: new Phi({ ...EMPTY_IDENTITY, studyInstanceUid }),
    instances: async () => instances,
  };
}
