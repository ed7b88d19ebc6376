// Small MR-like objects, every one with UIDs of its own, made as fast as they can be sent.
import { createHash } from "node:crypto";
import { encodeDataset } from "@thalamus/sdk/dicom";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "@thalamus/sdk/dicom/net";
import { corpusUid, uidOfRun } from "../../bench/load/corpus-uids.ts";
import type { LoadObject } from "../../bench/load/load-objects.ts";
import { MR_IMAGE_STORAGE, mrHeader } from "../../bench/load/mr-header.ts";

/** Rows and columns; small pictures make many commits. */
const SIZES = [16, 32, 64] as const;
const NUMBER_DIGITS = 6;

export interface SmallObject extends LoadObject {
  /** Number of the study; the load's "run", which stands in every UID. */
  readonly study: number;
  /** UIDs as they are sent. */
  readonly studyInstanceUid: string;
  readonly sentSopInstanceUid: string;
  /** Of the data set as sent. */
  readonly sha256: string;
}

interface Template {
  readonly dataSet: Buffer;
  /** Where UIDs of the corpus begin. */
  readonly uidPlaces: readonly number[];
  readonly instancePlaces: readonly number[];
}

const templates = SIZES.map((size, index) => makeTemplate(size, index));

/** Never the same pair twice: two objects would have one SOP instance UID. */
export function smallObject(study: number, number: number): SmallObject {
  const template = templates[number % templates.length]!;
  const dataSet = Buffer.from(template.dataSet);
  const sopInstanceUid = corpusUid("instance", 0, number);
  for (const place of template.instancePlaces) dataSet.write(sopInstanceUid, place, "latin1");
  for (const place of template.uidPlaces) {
    const uid = dataSet.toString("latin1", place, place + sopInstanceUid.length);
    dataSet.write(uidOfRun(uid, study), place, "latin1");
  }
  return {
    study,
    sopClassUid: MR_IMAGE_STORAGE,
    sopInstanceUid,
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    dataSet,
    runPlaces: [],
    studyInstanceUid: studyUid(study),
    sentSopInstanceUid: uidOfRun(sopInstanceUid, study),
    sha256: createHash("sha256").update(dataSet).digest("hex"),
  };
}

export const studyUid = (study: number): string => uidOfRun(corpusUid("study", 0, 0), study);

function makeTemplate(size: number, seed: number): Template {
  const pixels = Buffer.alloc(size * size * 2, seed + 1);
  const dataSet = encodeDataset({ ...mrHeader(0, 0, pixels), Rows: size, Columns: size });
  const instanceUid = corpusUid("instance", 0, 0);
  const commonStart = instanceUid.slice(0, -(1 + 2 + NUMBER_DIGITS));
  return {
    dataSet,
    uidPlaces: placesOf(dataSet, commonStart),
    instancePlaces: placesOf(dataSet, instanceUid),
  };
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) places.push(at);
  return places;
}
