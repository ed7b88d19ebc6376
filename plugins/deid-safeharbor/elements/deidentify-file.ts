// De-identifies one file: header rewritten in memory, pixel data handed on, checksums of both files on the way.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type ByteRange, type Encoding, MalformedDataset, TruncatedDataset } from "@thalamus/sdk/dicom";
import { placeOf } from "../rules/rule-book.ts";
import { AddedElements } from "./added-elements.ts";
import { DatasetRewriter } from "./dataset-rewriter.ts";
import type { ElementChange } from "./element-change.ts";
import { type FileFacts, HeaderSurvey } from "./file-facts.ts";
import { readSourceMeta, type SourceMeta, writeTargetMeta } from "./file-meta.ts";
import { OutputBytes } from "./output-bytes.ts";
import { readPixelGroup } from "./pixel-passage.ts";
import { SourceReader } from "./source-reader.ts";
import type { StudyContext } from "./study-context.ts";
import { TargetWriter } from "./target-writer.ts";

const MAX_INFLATED_BYTES = 256 * 1024 ** 2;
/** What follows the pixel data: signatures, padding, private groups. */
const MOST_TAIL_BYTES = 64 * 1024 ** 2;
/** MediaStorageDirectoryStorage: its offsets would be wrong, and it names everybody on a disc. */
const DIRECTORY = "1.2.840.10008.1.3.10";

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
): Promise<FileReport> {
  signal.throwIfAborted();
  const reader = new SourceReader(source);
  try {
    const meta = readMeta(reader);
    const writer = new TargetWriter(target);
    try {
      return await new FilePass(reader, writer, meta, context, signal).run();
    } catch (error) {
      writer.discard();
      throw error;
    }
  } finally {
    reader.close();
  }
}

function readMeta(reader: SourceReader): SourceMeta {
  const meta = readSourceMeta(reader.head, reader.isWhole);
  if (meta.sopClassUid === DIRECTORY) throw new MalformedDataset("a DICOMDIR is no image");
  return meta;
}

/** Output buffers of files that are done, for the next ones. */
const spare: OutputBytes[] = [];

class FilePass {
  readonly #reader: SourceReader;
  readonly #writer: TargetWriter;
  readonly #meta: SourceMeta;
  readonly #context: StudyContext;
  readonly #signal: AbortSignal;
  readonly #out = spare.pop() ?? new OutputBytes();

  constructor(
    reader: SourceReader,
    writer: TargetWriter,
    meta: SourceMeta,
    context: StudyContext,
    signal: AbortSignal,
  ) {
    this.#reader = reader;
    this.#writer = writer;
    this.#meta = meta;
    this.#context = context;
    this.#signal = signal;
  }

  async run(): Promise<FileReport> {
    try {
      return this.#meta.transferSyntax.deflated ? await this.#deflated() : await this.#plain();
    } finally {
      this.#out.clear();
      spare.push(this.#out);
    }
  }

  async #plain(): Promise<FileReport> {
    const { dataSetAt, transferSyntax } = this.#meta;
    const header = this.#header();
    const pixels = readPixelGroup(this.#reader, header.stop, transferSyntax);
    let output: ByteRange | undefined;
    const place = pixels.value;
    for (const range of pixels.passed) {
      const inMemory = this.#reader.isWhole;
      const at = this.#writer.bytes + this.#out.length;
      if (place && place.to === range.to)
        output = { from: at + place.from - range.from, to: at + range.to - range.from };
      if (inMemory) this.#out.copy(this.#reader.head, range.from, range.to);
      else {
        this.#flushOut();
        await this.#reader.pass(range.from, range.to, this.#writer, this.#signal);
      }
    }
    const changes = [...header.changes, ...pixels.removed.map(removedPixelElement)];
    if (pixels.end < this.#reader.size) changes.push(...this.#tail(pixels.end, header.facts, transferSyntax));
    this.#flushOut();
    if (dataSetAt === this.#reader.size) throw new TruncatedDataset("the data set is empty");
    return this.#report(header.facts, changes, place && output && { source: place, output, masked: false });
  }

  /** As much of the file is loaded as its header takes. */
  #header(): Rewritten {
    const { dataSetAt, transferSyntax } = this.#meta;
    for (;;) {
      try {
        this.#out.clear();
        const rewritten = this.#rewrite(this.#reader.head, dataSetAt, transferSyntax);
        if (rewritten.stop < this.#reader.head.length || this.#reader.isWhole) return rewritten;
      } catch (error) {
        if (!(error instanceof TruncatedDataset) || this.#reader.isWhole) throw error;
      }
      this.#reader.loadMore();
    }
  }

  #rewrite(bytes: Buffer, from: number, encoding: Encoding): Rewritten {
    const facts = new HeaderSurvey(bytes, this.#context).survey(from, encoding);
    const meta = this.#metaOf(facts);
    this.#out.copy(meta, 0, meta.length);
    const rewriter = new DatasetRewriter(bytes, this.#out, this.#context, facts);
    const pseudonym = facts.hasPatientId ? undefined : this.#context.pseudonym;
    const added = new AddedElements(this.#context.settings, pseudonym);
    const stop = rewriter.rewrite(from, encoding, added);
    return { facts, stop, changes: rewriter.changes };
  }

  #metaOf(facts: FileFacts): Buffer {
    const sopClassUid = facts.sopClassUid || this.#meta.sopClassUid;
    return writeTargetMeta(sopClassUid, this.#newInstanceUid(facts), this.#meta.transferSyntax);
  }

  #newInstanceUid(facts: FileFacts): string {
    return this.#context.uids.map(facts.sopInstanceUid || this.#meta.sopInstanceUid);
  }

  /** Elements behind the pixel data are treated like all others. */
  #tail(from: number, facts: FileFacts, encoding: Encoding): ElementChange[] {
    const length = this.#reader.size - from;
    if (length > MOST_TAIL_BYTES) throw new MalformedDataset("more than 64 MB follow the pixel data");
    const bytes = this.#reader.peek(from, length);
    new HeaderSurvey(bytes, this.#context).survey(0, encoding);
    const rewriter = new DatasetRewriter(bytes, this.#out, this.#context, facts);
    const stop = rewriter.rewrite(0, encoding);
    if (stop < bytes.length) throw new MalformedDataset("pixel data stands in two places");
    return rewriter.changes;
  }

  async #deflated(): Promise<FileReport> {
    const { dataSetAt, transferSyntax } = this.#meta;
    while (!this.#reader.isWhole) this.#reader.loadMore();
    const bytes = inflated(this.#reader.head.subarray(dataSetAt));
    const { facts, stop, changes } = this.#rewrite(bytes, 0, transferSyntax);
    const metaBytes = this.#metaOf(facts).length;
    const pixels = readPixelGroup(
      { size: bytes.length, peek: (at, count) => bytes.subarray(at, at + count) },
      stop,
      transferSyntax,
    );
    for (const { from, to } of pixels.passed) this.#out.copy(bytes, from, to);
    const tail = new DatasetRewriter(bytes.subarray(pixels.end), this.#out, this.#context, facts);
    if (pixels.end < bytes.length) tail.rewrite(0, transferSyntax);
    const { written } = this.#out;
    this.#writer.write(written.subarray(0, metaBytes));
    const deflated = deflateRawSync(written.subarray(metaBytes));
    this.#writer.write(deflated);
    // PS3.5 A.5: a single trailing NULL pads it to an even length
    if (deflated.length % 2 === 1) this.#writer.write(Buffer.alloc(1));
    return this.#report(facts, [...changes, ...pixels.removed.map(removedPixelElement), ...tail.changes]);
  }

  #flushOut(): void {
    if (this.#out.length > 0) this.#writer.write(this.#out.written);
    this.#out.clear();
  }

  async #report(
    facts: FileFacts,
    changes: readonly ElementChange[],
    pixels?: FileReport["pixels"],
  ): Promise<FileReport> {
    const { uids, settings } = this.#context;
    const { bytes } = this.#writer;
    const outputSha256 = await this.#writer.finish(settings.flush);
    return {
      sourceSha256: await this.#reader.sha256(this.#signal),
      outputSha256,
      bytes,
      sopInstanceUid: this.#newInstanceUid(facts),
      seriesInstanceUid: facts.seriesInstanceUid && uids.map(facts.seriesInstanceUid),
      studyInstanceUid: facts.studyInstanceUid && uids.map(facts.studyInstanceUid),
      sopClassUid: facts.sopClassUid || this.#meta.sopClassUid,
      transferSyntaxUid: this.#meta.transferSyntax.uid,
      modality: facts.modality,
      changes,
      ...(pixels && { pixels }),
    };
  }
}

interface Rewritten {
  readonly facts: FileFacts;
  readonly stop: number;
  readonly changes: readonly ElementChange[];
}

const removedPixelElement = (tag: number): ElementChange => ({
  path: placeOf(tag),
  action: "remove",
  rule: "unknown to PS3.6",
});

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    throw new MalformedDataset("the deflated data set cannot be inflated");
  }
}
