// Walks a folder and sorts its DICOM and NIfTI files by study; says of every other file why it is passed by.
import type { ReceivedStudy, StoredInstance, StudyIdentity } from "@thalamus/sdk";
import { type FileHeader, identityOfDataset, openSource, readHeader, Tag } from "@thalamus/sdk/dicom";
import { Phi } from "@thalamus/sdk/phi";
import { BROKEN_DICOM, codeOf, filesOfFolder, type PassedBy, pathInside } from "../folder-files.ts";
import { findNiftiStudies } from "./find-nifti.ts";

export interface FoundStudies {
  readonly studies: ReceivedStudy[];
  /** How many are part of a study. */
  readonly files: number;
  /** Files that are no part of a study, and those of which nobody knows. */
  readonly skipped: readonly PassedBy[];
}

export type TellFiles = (stage: string, count: number, of?: number) => void;

interface Gathered {
  readonly identity: StudyIdentity;
  readonly instances: StoredInstance[];
}

/** PS3.10 7.1: 128 bytes of any content, then `DICM`. */
const PREFIX_AT = 128;
const PREFIX_END = 132;
const DIRECTORY_CLASS = "1.2.840.10008.1.3.10";

/** @param tell is told how many files were found or read so far, after each */
export async function findStudies(folder: string, tell: TellFiles): Promise<FoundStudies> {
  const { files, passedBy } = filesOfFolder(folder, (count) => tell("looking for files", count));
  const studies = new Map<string, Gathered>();
  const skipped: PassedBy[] = [...passedBy];
  let read = 0;
  const tellRead = () => {
    read += 1;
    tell("reading headers", read, files.length);
  };
  const nifti = await findNiftiStudies(files, tellRead);
  for (const path of files) {
    if (nifti.taken.has(path)) continue;
    tellRead();
    const reason = await takeIn(path, studies);
    if (reason !== undefined) skipped.push({ path: pathInside(folder, path), ...reason });
  }
  const dicom = [...studies].toSorted(byUid).map(studyOf);
  return {
    studies: [...dicom, ...nifti.studies],
    files: files.length + passedBy.length - skipped.length,
    skipped: skipped.toSorted(byPath),
  };
}

const byUid = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
const byPath = (a: PassedBy, b: PassedBy) => (a.path < b.path ? -1 : 1);

type Reason = Omit<PassedBy, "path">;
const unread = (reason: string): Reason => ({ reason, isUnread: true });
const noImage = (reason: string): Reason => ({ reason, isUnread: false });

/** @returns why the file is passed by; undefined when it was taken in */
async function takeIn(path: string, studies: Map<string, Gathered>): Promise<Reason | undefined> {
  const header = await headerOf(path);
  if ("reason" in header) return header;
  const { dataset, meta, transferSyntax } = header;
  const metaClass = meta.ascii(Tag.MediaStorageSOPClassUID) ?? "";
  const ascii = (tag: number) => dataset.ascii(tag) ?? "";
  if ([ascii(Tag.SOPClassUID), metaClass].includes(DIRECTORY_CLASS)) return noImage("a DICOMDIR, no image");
  if (ascii(Tag.SOPClassUID) === "") return unread("it has no SOPClassUID (0008,0016)");
  const study = ascii(Tag.StudyInstanceUID);
  if (study === "") return unread("it has no StudyInstanceUID (0020,000D)");
  const gathered = studies.get(study) ?? { identity: identityOfDataset(dataset), instances: [] };
  studies.set(study, gathered);
  gathered.instances.push({
    role: "dicom",
    sopClassUid: ascii(Tag.SOPClassUID),
    // as the copy's is derived
    sopInstanceUid: ascii(Tag.SOPInstanceUID) || (meta.ascii(Tag.MediaStorageSOPInstanceUID) ?? ""),
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
async function headerOf(path: string): Promise<FileHeader | Reason> {
  let file: ReturnType<typeof openSource>;
  try {
    file = openSource(path);
  } catch (error) {
    return unread(`it cannot be opened (${codeOf(error)})`);
  }
  try {
    const loaded = window.subarray(0, await file.read(window, 0));
    const isDicom =
      loaded.length >= PREFIX_END && loaded.toString("latin1", PREFIX_AT, PREFIX_END) === "DICM";
    if (!isDicom) return noImage("no DICOM file, and no part of a NIfTI image");
    return await readHeader({ ...file, loaded });
  } catch {
    return unread(BROKEN_DICOM);
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
