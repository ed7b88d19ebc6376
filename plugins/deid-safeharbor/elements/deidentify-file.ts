// De-identifies one file: header rewritten in memory, pixel data handed on, checksums of both files on the way.
import { type ByteRange, MalformedDataset } from "@thalamus/sdk/dicom";
import type { ElementChange } from "./element-change.ts";
import type { ElementWatch } from "./element-watch.ts";
import { readSourceMeta, type SourceMeta } from "./file-meta.ts";
import { FilePass } from "./file-pass.ts";
import { SourceReader } from "./source-reader.ts";
import type { StudyContext } from "./study-context.ts";
import { TargetWriter } from "./target-writer.ts";
import { UnwrittenTarget } from "./unwritten-target.ts";

/** MediaStorageDirectoryStorage: its offsets would be wrong, and it names everybody on a disc. */
const DIRECTORY = "1.2.840.10008.1.3.10";

/** Pixel data that is written in place of the source's, because something was blacked out. */
export interface ReplacedPixels {
  /** Of the value; undefined when it is written in fragments, with undefined length. */
  readonly length: number | undefined;
  /** What follows the head of the element, in pieces that are valid until the next one. */
  bytes(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** What asked for it: `pixel rule 2`. */
  readonly rule: string;
  /** Whether pictures were blacked out, so that BurnedInAnnotation (0028,0301) becomes NO. */
  readonly cleansPicture: boolean;
}

export interface FileReport {
  /** Of the whole file; lower-case hex. */
  readonly sourceSha256: string;
  readonly outputSha256: string;
  /** Of the output. */
  readonly bytes: number;
  /** UIDs of the copy. */
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  readonly changes: readonly ElementChange[];
  /** Where the pixel bytes lie, equal in both unless masked; absent when there are none or all is deflated. */
  readonly pixels?: { readonly source: ByteRange; readonly output: ByteRange; readonly masked: boolean };
}

/**
 * @param source absolute path of a PS3.10 file
 * @param target absolute path of a file that is not there yet; it is removed again when anything fails
 * @throws MalformedDataset or TruncatedDataset when it cannot be read; no value stands in the message
 */
export async function deidentifyFile(
  source: string,
  target: string,
  context: StudyContext,
  signal: AbortSignal,
  replaced?: ReplacedPixels,
): Promise<FileReport> {
  signal.throwIfAborted();
  const reader = new SourceReader(source);
  try {
    return await deidentifySource(reader, target, context, signal, replaced);
  } finally {
    reader.close();
  }
}

/** The same of a file that is open already, and stays open. */
export async function deidentifySource(
  reader: SourceReader,
  target: string,
  context: StudyContext,
  signal: AbortSignal,
  replaced?: ReplacedPixels,
): Promise<FileReport> {
  signal.throwIfAborted();
  const meta = readMeta(reader);
  const writer = new TargetWriter(target);
  try {
    return await new FilePass({ reader, writer, meta, context, signal, replaced }).run();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/**
 * The same pass, with nothing written: what becomes of each element is told.
 * @param source absolute path of a PS3.10 file
 * @throws MalformedDataset or TruncatedDataset when it cannot be read; no value stands in the message
 */
export async function watchFile(
  source: string,
  watch: ElementWatch,
  context: StudyContext,
  signal: AbortSignal,
  replaced?: ReplacedPixels,
): Promise<void> {
  signal.throwIfAborted();
  const reader = new SourceReader(source);
  try {
    const meta = readMeta(reader);
    const writer = new UnwrittenTarget();
    await new FilePass({ reader, writer, meta, context, signal, replaced, watch }).run();
  } finally {
    reader.close();
  }
}

function readMeta(reader: SourceReader): SourceMeta {
  const meta = readSourceMeta(reader.head, reader.isWhole);
  if (meta.sopClassUid === DIRECTORY) throw new MalformedDataset("a DICOMDIR is no image");
  return meta;
}
