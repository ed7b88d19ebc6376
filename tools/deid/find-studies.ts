// Walks a folder and sorts its DICOM files by study; says of every other file why it is passed by.
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Phi, type ReceivedStudy, type StoredInstance, type StudyIdentity } from "@thalamus/sdk";
import { identityOfDataset, readFileHeader, Tag } from "@thalamus/sdk/dicom";

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

const HEADERS_AT_ONCE = 8;
const DIRECTORY_CLASS = "1.2.840.10008.1.3.10";

export async function findStudies(folder: string): Promise<FoundStudies> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  const studies = new Map<string, Gathered>();
  const skipped: SkippedFile[] = [];
  let next = 0;
  const work = async () => {
    while (next < files.length) {
      const path = files[next]!;
      next += 1;
      const reason = await takeIn(path, studies);
      if (reason !== undefined) skipped.push({ path: relative(folder, path).split(sep).join("/"), reason });
    }
  };
  await Promise.all(Array.from({ length: HEADERS_AT_ONCE }, work));
  return { studies: [...studies].toSorted(byUid).map(studyOf), skipped: skipped.toSorted(byPath) };
}

const byUid = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
const byPath = (a: SkippedFile, b: SkippedFile) => (a.path < b.path ? -1 : 1);

/** @returns why the file is passed by; undefined when it was taken in */
async function takeIn(path: string, studies: Map<string, Gathered>): Promise<string | undefined> {
  if (!(await hasPrefix(path))) return "no DICOM file";
  const header = await readFileHeader(path).catch(() => undefined);
  if (!header) return "a DICOM file that cannot be read";
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

/** Most files that are no DICOM are told by four bytes. */
async function hasPrefix(path: string): Promise<boolean> {
  try {
    let head = Buffer.alloc(0);
    for await (const chunk of createReadStream(path, { end: 131 })) head = Buffer.concat([head, chunk]);
    return head.subarray(128).toString("latin1") === "DICM";
  } catch {
    return false;
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
