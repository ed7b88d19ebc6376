// Reads the corpus into memory.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "@thalamus/sdk/dicom/net";
import { runPlaces, writeRun } from "./corpus-uids.ts";
import { MR_IMAGE_STORAGE } from "./mr-header.ts";

export interface LoadObject {
  readonly sopClassUid: string;
  /** As it stands in the file. */
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSet: Buffer;
  /** Offsets in the data set. */
  readonly runPlaces: readonly number[];
}

/** Value of FileMetaInformationGroupLength (0002,0000), which the corpus has in its fixed place. */
const META_LENGTH_AT = 140;

/** Files of the corpus only: what they are is known, and each is named by its UID. */
export function readLoadObjects(folder: string): LoadObject[] {
  const names = readdirSync(folder).sort();
  return names.map((name) => {
    const file = readFileSync(join(folder, name));
    const dataSet = file.subarray(META_LENGTH_AT + 4 + file.readUInt32LE(META_LENGTH_AT));
    return {
      sopClassUid: MR_IMAGE_STORAGE,
      sopInstanceUid: basename(name, ".dcm"),
      transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
      dataSet,
      runPlaces: runPlaces(dataSet),
    };
  });
}

/** Makes the objects new: receivers recognise what they have already. */
export function renewUids(objects: readonly LoadObject[], run: number): void {
  for (const { dataSet, runPlaces: places } of objects) writeRun(dataSet, places, run);
}
