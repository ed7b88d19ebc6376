// Makes a study of a folder, as the hub would hand it to a check: DICOM files, or NIfTI images with their tables.
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Phi, type ReceivedStudy, type StoredInstance, type StudyIdentity } from "@thalamus/sdk";
import { derivedUid, EMPTY_IDENTITY, readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { isSystemFile } from "../../core/uploads/entry-rules.ts";
import { isJsonObject, isSidecar, parseJson, readSidecar } from "../../core/uploads/sidecar.ts";
import { UploadRefusal } from "../../core/uploads/upload-problem.ts";
import { codeOf, filesOfFolder, pathInside } from "../folder-files.ts";

/** A folder that no check can look at, in words for the command line. */
export class FolderRefusal extends Error {
  override readonly name = "FolderRefusal";
}

interface FoundFile {
  readonly path: string;
  /** Path in the folder without its ending, in lower case: what belongs together has the same. */
  readonly base: string;
}

type Kind = "dicom" | "image" | "bval" | "bvec" | "sidecar";
type Found = Readonly<Record<Kind, readonly FoundFile[]>>;

const ENDINGS: readonly (readonly [RegExp, Kind])[] = [
  [/\.nii(\.gz)?$/i, "image"],
  [/\.bval$/i, "bval"],
  [/\.bvec$/i, "bvec"],
  [/\.json$/i, "sidecar"],
];

/** @throws FolderRefusal when it is no folder, holds nothing, both formats, or several studies */
export async function studyOfFolder(folder: string): Promise<ReceivedStudy> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new FolderRefusal(`${folder} is no folder.`);
  }
  const found = await filesIn(folder);
  const hasNifti = found.image.length > 0 || found.bval.length > 0 || found.bvec.length > 0;
  if (hasNifti && found.dicom.length > 0) {
    throw new FolderRefusal("The folder holds DICOM and NIfTI files. Check them as two folders.");
  }
  if (!hasNifti && found.dicom.length === 0) {
    throw new FolderRefusal("The folder holds no DICOM or NIfTI file.");
  }
  return hasNifti ? niftiStudy(found) : await dicomStudy(found);
}

async function filesIn(folder: string): Promise<Found> {
  const found: Record<Kind, FoundFile[]> = { dicom: [], image: [], bval: [], bvec: [], sidecar: [] };
  const { files, passedBy } = filesOfFolder(folder);
  const unread = passedBy.find(({ isUnread }) => isUnread);
  if (unread) throw new FolderRefusal(`${unread.path === "." ? folder : unread.path} is ${unread.reason}.`);
  for (const path of files) {
    const inside = pathInside(folder, path);
    // nobody means to send them
    if (isSystemFile(inside)) continue;
    const [ending, kind] = ENDINGS.find(([pattern]) => pattern.test(inside)) ?? [];
    if (ending && kind) found[kind].push({ path, base: inside.replace(ending, "").toLowerCase() });
    else if (await isDicom(path, inside)) found.dicom.push({ path, base: inside });
  }
  for (const ofKind of Object.values(found)) ofKind.sort((one, other) => (one.path < other.path ? -1 : 1));
  return found;
}

/** By the prefix of PS3.10 7.1. */
async function isDicom(path: string, inside: string): Promise<boolean> {
  await using file = await open(path, "r").catch((error: unknown) => {
    throw new FolderRefusal(`${inside} cannot be opened (${codeOf(error)}).`);
  });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 128);
  return bytesRead === 4 && buffer.toString("latin1") === "DICM";
}

async function dicomStudy({ dicom, sidecar }: Found): Promise<ReceivedStudy> {
  const studies = new Set<string>();
  const instances: StoredInstance[] = [];
  for (const { path } of dicom) {
    const header = await readFileHeader(path).catch(() => undefined);
    const uid = (tag: number) => header?.dataset.ascii(tag) ?? "";
    if (header) studies.add(uid(Tag.StudyInstanceUID));
    instances.push({
      role: "dicom",
      sopClassUid: uid(Tag.SOPClassUID),
      sopInstanceUid: uid(Tag.SOPInstanceUID),
      seriesInstanceUid: uid(Tag.SeriesInstanceUID),
      transferSyntaxUid: header?.transferSyntax.uid ?? "",
      modality: uid(Tag.Modality),
      bytes: statSync(path).size,
      sha256: "",
      path,
    });
  }
  if (studies.size > 1) {
    throw new FolderRefusal(`The folder holds ${studies.size} studies. Check one at a time.`);
  }
  return studyOf("dicom", instances, await givenBeside(sidecar));
}

/** A sidecar beside DICOM images counts more than they do, as it does in an upload. */
async function givenBeside(sidecars: readonly FoundFile[]): Promise<Partial<StudyIdentity>> {
  const given: Partial<StudyIdentity>[] = [];
  for (const { path } of sidecars) {
    const values = parseJson(await readFile(path));
    if (!isJsonObject(values) || !isSidecar(values)) continue;
    try {
      given.push(readSidecar(values));
    } catch (error) {
      if (!(error instanceof UploadRefusal)) throw error;
      throw new FolderRefusal(`${basename(path)}: ${error.message}`);
    }
  }
  return Object.assign({}, ...given) as Partial<StudyIdentity>;
}

/** Files of one name belong together; where there is one image, so do the only ones of another name. */
function niftiStudy({ image, bval, bvec, sidecar }: Found): ReceivedStudy {
  const bases = image.length > 0 ? image.map(({ base }) => base) : [""];
  const instances = bases.flatMap((base, index) => {
    const partner = (files: readonly FoundFile[]) =>
      files.find((one) => one.base === base) ??
      (bases.length === 1 && files.length === 1 ? files[0] : undefined);
    const roles = {
      image: image[index],
      bval: partner(bval),
      bvec: partner(bvec),
      sidecar: partner(sidecar),
    };
    return Object.entries(roles).flatMap(([role, file]) =>
      file ? [niftiInstance(role as Exclude<Kind, "dicom">, file.path, index)] : [],
    );
  });
  return studyOf("nifti", instances, {});
}

function niftiInstance(role: Exclude<Kind, "dicom">, path: string, index: number): StoredInstance {
  return {
    role,
    sopClassUid: "",
    sopInstanceUid: derivedUid(`nifti ${role}`, `${index}`),
    seriesInstanceUid: derivedUid("nifti series", `${index}`),
    transferSyntaxUid: "",
    modality: "MR",
    bytes: statSync(path).size,
    sha256: "",
    path,
  };
}

function studyOf(
  format: ReceivedStudy["format"],
  instances: readonly StoredInstance[],
  given: Partial<StudyIdentity>,
): ReceivedStudy {
  return {
    id: randomUUID(),
    revision: 1,
    format,
    supplied: Object.keys(given) as (keyof StudyIdentity)[],
    identity: new Phi({ ...EMPTY_IDENTITY, ...given }),
    instances: async () => instances,
  };
}
