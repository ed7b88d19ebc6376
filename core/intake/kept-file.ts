// Reads a received file again: is it whole, and what did its writer know?
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { flushFolder } from "../files/folder-flush.ts";
import { giveSpareBuffer, takeSpareBuffer } from "../files/spare-buffers.ts";
import type { Arrival } from "./group-commit.ts";
import { DICOM_ENDING, instancePath } from "./instance-path.ts";
import type { ProductTag } from "./product-tag.ts";
import { headerOf, headerWalker } from "./study-header.ts";

/** Value of FileMetaInformationGroupLength (0002,0000), which stands first in every file the hub writes. */
const META_LENGTH_AT = 140;
const META_BEGINS = META_LENGTH_AT + 4;

/** Its bytes are not those that its name was made of. */
export class BrokenFile extends Error {
  override readonly name = "BrokenFile";
}

/**
 * Whether a file has the data set it should have; if so, it is on the disk when this resolves.
 * @param path of a file that the hub has written
 * @param sha256 of its data set, lower-case hex
 */
export async function isDurableCopy(path: string, sha256: string): Promise<boolean> {
  await using file = await open(path, "r");
  const hash = createHash("sha256");
  try {
    // the files of a NIfTI study have no file meta information
    const start = path.endsWith(DICOM_ENDING) ? await dataSetStart(file) : 0;
    await eachChunk(file, start, (chunk) => hash.update(chunk));
  } catch (error) {
    if (error instanceof BrokenFile) return false;
    throw error;
  }
  if (hash.digest("hex") !== sha256) return false;
  await file.datasync();
  await flushFolder(dirname(path));
  return true;
}

export interface KeptPlace {
  /** Root of the tree of received files. */
  readonly received: string;
  readonly associationId: string;
  readonly productTag: ProductTag | undefined;
}

/**
 * Reads again what the writer knew when it gave the file its name, and makes it durable.
 * @param path relative to the tree of received files
 * @throws BrokenFile, MalformedDataset or TruncatedDataset when it is not what it was, Error when it cannot be read
 */
export async function readKeptFile(path: string, place: KeptPlace): Promise<Arrival> {
  const { received, associationId, productTag } = place;
  const whole = join(received, path);
  await using file = await open(whole, "r");
  const { size } = await file.stat();
  if (size < META_BEGINS) throw new BrokenFile("the file is empty");
  const { meta, transferSyntax } = await readFileHeader(whole);
  const walker = headerWalker(transferSyntax.uid, productTag);
  const hash = createHash("sha256");
  await eachChunk(file, await dataSetStart(file), (chunk) => {
    walker.feed(chunk);
    hash.update(chunk);
  });
  walker.end();
  const header = headerOf(walker, productTag);
  const sha256 = hash.digest("hex");
  if (instancePath(header.studyInstanceUid, header.sopInstanceUid, sha256) !== path) {
    throw new BrokenFile("the file does not have the name of its content");
  }
  await file.datasync();
  await flushFolder(dirname(whole));
  return {
    header,
    transferSyntaxUid: transferSyntax.uid,
    sha256,
    bytes: size,
    path,
    // who was called and from where is not in the file
    association: {
      id: associationId,
      source: {
        plugin: "",
        callingAe: meta.ascii(Tag.SourceApplicationEntityTitle) ?? "",
        calledAe: "",
        remoteAddress: "",
      },
    },
  };
}

/** @throws BrokenFile when there is no data set */
async function dataSetStart(file: FileHandle): Promise<number> {
  const head = Buffer.alloc(META_BEGINS);
  const { bytesRead } = await file.read(head, 0, META_BEGINS, 0);
  if (bytesRead < META_BEGINS) throw new BrokenFile("the file is empty");
  return META_BEGINS + head.readUInt32LE(META_LENGTH_AT);
}

/** @param use gets bytes that stand in their buffer only until it returns */
async function eachChunk(file: FileHandle, start: number, use: (chunk: Buffer) => void): Promise<void> {
  const buffer = takeSpareBuffer();
  try {
    for (let at = start; ; ) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      use(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    giveSpareBuffer(buffer);
  }
}
