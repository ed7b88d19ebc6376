// Walks a folder and sorts its DICOM and NIfTI files by study; says of every other file why it is passed by.
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Phi, type ReceivedStudy, type StoredInstance, type StudyIdentity } from "@thalamus/sdk";
import { type FileHeader, identityOfDataset, openSource, readHeader, Tag } from "@thalamus/sdk/dicom";
import { findNiftiStudies } from "./find-nifti.ts";

/** A file that is no part of a study. */
export interface SkippedFile {
  /** From the folder on. */
  readonly path: string;
  readonly reason: string;
}

export interface FoundStudies {
  readonly studies: readonly ReceivedStudy[];
  readonly skipped: readonly SkippedFile[];
}

interface Gathered {
  readonly identity: StudyIdentity;
  readonly instances: StoredInstance[];
}

/** PS3.10 7.1: 128 bytes of any content, then `DICM`. */
const PREFIX_AT = 128;
const PREFIX_END = 132;
const DIRECTORY_CLASS = "1.2.840.10008.1.3.10";

export async function findStudies(folder: string): Promise<FoundStudies> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  const studies = new Map<string, Gathered>();
  const skipped: SkippedFile[] = [];
  const nifti = await findNiftiStudies(files);
  for (const path of files) {
    if (nifti.taken.has(path)) continue;
    const reason = await takeIn(path, studies);
    if (reason !== undefined) skipped.push({ path: relative(folder, path).split(sep).join("/"), reason });
  }
  const dicom = [...studies].toSorted(byUid).map(studyOf);
  return { studies: [...dicom, ...nifti.studies], skipped: skipped.toSorted(byPath) };
}

const byUid = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
const byPath = (a: SkippedFile, b: SkippedFile) => (a.path < b.path ? -1 : 1);

/** @returns why the file is passed by; undefined when it was taken in */
async function takeIn(path: string, studies: Map<string, Gathered>): Promise<string | undefined> {
  const header = await headerOf(path);
  if (typeof header === "string") return header;
  const { dataset, transferSyntax } = header;
  const ascii = (tag: number) => dataset.ascii(tag) ?? "";
  if (ascii(Tag.SOPClassUID) === DIRECTORY_CLASS || ascii(Tag.SOPClassUID) === "")
    return "a directory, no image";
  const study = ascii(Tag.StudyInstanceUID);
  if (study === "") return "it has no StudyInstanceUID (0020,000D)";
  const gathered = studies.get(study) ?? { identity: identityOfDataset(dataset), instances: [] };
  studies.set(study, gathered);
  gathered.instances.push({
    role: "dicom",
    sopClassUid: ascii(Tag.SOPClassUID),
    sopInstanceUid: ascii(Tag.SOPInstanceUID),
    seriesInstanceUid: ascii(Tag.SeriesInstanceUID),
    transferSyntaxUid: transferSyntax.uid,
    modality: ascii(Tag.Modality),
    bytes: 0,
    sha256: "",
    path,
  });
  return undefined;
}

/** The first bytes of one file after the other; nothing of a header is kept longer than it takes to read it. */
const window = Buffer.allocUnsafeSlow(65_536);

/** Most files that are no DICOM are told by four bytes. @returns why it cannot be read */
async function headerOf(path: string): Promise<FileHeader | string> {
  let file: ReturnType<typeof openSource>;
  try {
    file = openSource(path);
  } catch {
    return "it cannot be opened";
  }
  try {
    const loaded = window.subarray(0, await file.read(window, 0));
    const isDicom =
      loaded.length >= PREFIX_END && loaded.toString("latin1", PREFIX_AT, PREFIX_END) === "DICM";
    return isDicom ? await readHeader({ ...file, loaded }) : "no DICOM file, and no part of a NIfTI image";
  } catch {
    return "a DICOM file that cannot be read";
  } finally {
    file.close();
  }
}

function studyOf([uid, { identity, instances }]: [string, Gathered]): ReceivedStudy {
  const order = (one: StoredInstance) => `${one.seriesInstanceUid} ${one.sopInstanceUid}`;
  const sorted = instances.toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  return {
    id: uid,
    revision: 1,
    format: "dicom",
    supplied: [],
    identity: new Phi(identity),
    instances: async () => sorted,
  };
}
