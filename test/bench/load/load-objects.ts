// Reads the corpus into memory.
import { readdirSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readPart10Meta } from "../../../core/dicom/part10-meta.ts";
import { runPlaces, writeRun } from "./corpus-uids.ts";

export interface LoadObject {
  readonly sopClassUid: string;
  /** As it stands in the file. */
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSet: Buffer;
  /** Offsets in the data set. */
  readonly runPlaces: readonly number[];
}

export async function readLoadObjects(folder: string): Promise<LoadObject[]> {
  const objects: LoadObject[] = [];
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    await using file = await open(path);
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetStart } = await readPart10Meta(file);
    const dataSet = (await readFile(path)).subarray(dataSetStart);
    const places = runPlaces(dataSet);
    objects.push({ sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, runPlaces: places });
  }
  return objects;
}

/** Makes the objects new: receivers recognise what they have already. */
export function renewUids(objects: readonly LoadObject[], run: number): void {
  for (const { dataSet, runPlaces: places } of objects) writeRun(dataSet, places, run);
}
