// Finds the DICOM files of a folder and sorts them into studies.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { DemoFailure } from "./demo-failure.ts";

export interface FoundStudy {
  readonly studyInstanceUid: string;
  /** Absolute paths. */
  readonly files: string[];
}

/** Files that are no DICOM are left alone. @throws DemoFailure when the folder cannot be read */
export async function dicomFilesUnder(folder: string): Promise<FoundStudy[]> {
  const studies = new Map<string, string[]>();
  for (const file of await filesUnder(folder)) {
    const uid = await studyOf(file);
    if (uid !== undefined) studies.set(uid, [...(studies.get(uid) ?? []), file]);
  }
  return [...studies].map(([studyInstanceUid, files]) => ({ studyInstanceUid, files }));
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new DemoFailure("study", `the folder cannot be read: ${error.message}`);
  });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
}

async function studyOf(file: string): Promise<string | undefined> {
  try {
    const { dataset } = await readFileHeader(file);
    return dataset.ascii(Tag.StudyInstanceUID);
  } catch {
    return undefined;
  }
}
