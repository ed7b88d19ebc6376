// One pass over one file: header rewritten, pixel data handed on or replaced, what follows it rewritten as well.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type ByteRange,
  type Encoding,
  MalformedDataset,
  TruncatedDataset,
  UNDEFINED_LENGTH,
  vrName,
} from "@thalamus/sdk/dicom";
import { placeOf } from "../rules/rule-book.ts";
import { AddedElements } from "./added-elements.ts";
import { DatasetRewriter } from "./dataset-rewriter.ts";
import type { FileReport, ReplacedPixels } from "./deidentify-file.ts";
import type { ElementChange } from "./element-change.ts";
import type { ElementWatch } from "./element-watch.ts";
import { type FileFacts, HeaderSurvey } from "./file-facts.ts";
import { type SourceMeta, writeTargetMeta } from "./file-meta.ts";
import { OutputBytes } from "./output-bytes.ts";
import { isPassed, type PixelElement, readPixelGroup } from "./pixel-passage.ts";
import type { SourceReader } from "./source-reader.ts";
import type { StudyContext } from "./study-context.ts";
import type { Target } from "./target-writer.ts";

const MAX_INFLATED_BYTES = 256 * 1024 ** 2;
/** What follows the pixel data: signatures, padding, private groups. */
const MOST_TAIL_BYTES = 64 * 1024 ** 2;

export interface FilePassParts {
  readonly reader: SourceReader;
  readonly writer: Target;
  readonly meta: SourceMeta;
  readonly context: StudyContext;
  readonly signal: AbortSignal;
  readonly replaced: ReplacedPixels | undefined;
  readonly watch?: ElementWatch;
}

/** Output buffers of files that are done, for the next ones. */
const spare: OutputBytes[] = [];

export class FilePass {
  readonly #reader: SourceReader;
  readonly #writer: Target;
  readonly #meta: SourceMeta;
  readonly #context: StudyContext;
  readonly #signal: AbortSignal;
  readonly #replaced: ReplacedPixels | undefined;
  readonly #watch: ElementWatch | undefined;
  readonly #out = spare.pop() ?? new OutputBytes();

  constructor({ reader, writer, meta, context, signal, replaced, watch }: FilePassParts) {
    this.#reader = reader;
    this.#writer = writer;
    this.#meta = meta;
    this.#context = context;
    this.#signal = signal;
    this.#replaced = replaced;
    this.#watch = watch;
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
    const { transferSyntax } = this.#meta;
    const header = this.#header();
    const group = readPixelGroup(this.#reader, header.stop, transferSyntax);
    const changes = [...header.changes];
    let output: ByteRange | undefined;
    for (const element of group) {
      const change = changeOfPixels(element, this.#replaced);
      if (change) changes.push(change);
      this.#seePixels(element, change);
      if (this.#replaced && element.isPixels) output = await this.#writeReplaced(this.#replaced, element);
      else if (!change) {
        const at = this.#writer.bytes + this.#out.length + element.value - element.start;
        if (element.isPixels) output = { from: at, to: at + element.end - element.value };
        await this.#pass(element.start, element.end);
      }
    }
    const end = group.at(-1)?.end ?? header.stop;
    if (end < this.#reader.size) changes.push(...this.#tail(end, header.facts, transferSyntax));
    this.#flushOut();
    const source = group.find(({ isPixels }) => isPixels);
    const pixels = source &&
      output && {
        source: { from: source.value, to: source.end },
        output,
        masked: this.#replaced !== undefined,
      };
    return this.#report(header.facts, changes, pixels);
  }

  async #pass(from: number, to: number): Promise<void> {
    if (this.#reader.isWhole) {
      this.#out.copy(this.#reader.head, from, to);
      return;
    }
    this.#flushOut();
    await this.#reader.pass(from, to, this.#writer, this.#signal);
  }

  async #writeReplaced(replaced: ReplacedPixels, { tag, vr }: PixelElement): Promise<ByteRange> {
    this.#out.head(tag, vr, replaced.length ?? UNDEFINED_LENGTH, this.#meta.transferSyntax);
    this.#flushOut();
    const from = this.#writer.bytes;
    for await (const piece of replaced.bytes(this.#signal)) {
      await this.#writer.writeAsync(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
    }
    return { from, to: this.#writer.bytes };
  }

  /** As much of the file is loaded as its header takes. */
  #header(): Rewritten {
    const { dataSetAt, transferSyntax } = this.#meta;
    for (;;) {
      try {
        this.#out.clear();
        this.#watch?.restart();
        const rewritten = this.#rewrite(this.#reader.head, dataSetAt, transferSyntax);
        if (rewritten.stop < this.#reader.head.length || this.#reader.isWhole) return rewritten;
      } catch (error) {
        if (!(error instanceof TruncatedDataset) || this.#reader.isWhole) throw error;
      }
      this.#reader.loadMore();
    }
  }

  #rewrite(bytes: Buffer, from: number, encoding: Encoding): Rewritten {
    if (from === bytes.length) throw new TruncatedDataset("the data set is empty");
    const facts = new HeaderSurvey(bytes, this.#context).survey(from, encoding);
    const meta = this.#metaOf(facts);
    this.#out.copy(meta, 0, meta.length);
    const options = { cleansPicture: this.#cleansPicture, watch: this.#watch };
    const rewriter = new DatasetRewriter(bytes, this.#out, this.#context, facts, options);
    const added = new AddedElements(this.#context.added(facts.hasPatientId, this.#cleansPicture));
    const stop = rewriter.rewrite(from, encoding, added);
    return { facts, stop, changes: rewriter.changes };
  }

  get #cleansPicture(): boolean {
    return this.#replaced?.cleansPicture === true;
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
    const rewriter = this.#rewriterOf(bytes, facts);
    const stop = rewriter.rewrite(0, encoding);
    if (stop < bytes.length) throw new MalformedDataset("pixel data stands in two places");
    return rewriter.changes;
  }

  #rewriterOf(bytes: Buffer, facts: FileFacts): DatasetRewriter {
    return new DatasetRewriter(bytes, this.#out, this.#context, facts, { watch: this.#watch });
  }

  #seePixels({ tag, vr, value, end }: PixelElement, change: ElementChange | undefined): void {
    if (!this.#watch) return;
    const before = { length: end - value };
    const { littleEndian } = this.#meta.transferSyntax;
    this.#watch.see({
      ...{ path: placeOf(tag), tag, vr: vr === 0 ? "OW" : vrName(vr), littleEndian, before },
      ...{ action: change?.action ?? "keep", rule: change?.rule ?? "A-108" },
      after: change?.action === "remove" ? undefined : before,
      ...{ hasItems: false, isCsa: false, characterSet: undefined },
    });
  }

  async #deflated(): Promise<FileReport> {
    const { dataSetAt, transferSyntax } = this.#meta;
    while (!this.#reader.isWhole) this.#reader.loadMore();
    const bytes = inflated(this.#reader.head.subarray(dataSetAt));
    const { facts, stop, changes } = this.#rewrite(bytes, 0, transferSyntax);
    const metaBytes = this.#metaOf(facts).length;
    if (this.#replaced) throw new MalformedDataset("pixels of a deflated data set cannot be replaced");
    const source = {
      size: bytes.length,
      peek: (at: number, count: number) => bytes.subarray(at, at + count),
    };
    const group = readPixelGroup(source, stop, transferSyntax);
    const pixelChanges: ElementChange[] = [];
    for (const element of group) {
      const change = changeOfPixels(element, undefined);
      if (change) pixelChanges.push(change);
      else this.#out.copy(bytes, element.start, element.end);
      this.#seePixels(element, change);
    }
    const end = group.at(-1)?.end ?? stop;
    const tail = this.#rewriterOf(bytes.subarray(end), facts);
    if (end < bytes.length) tail.rewrite(0, transferSyntax);
    const { written } = this.#out;
    this.#writer.write(written.subarray(0, metaBytes));
    const deflated = deflateRawSync(written.subarray(metaBytes));
    this.#writer.write(deflated);
    // PS3.5 A.5: a single trailing NULL pads it to an even length
    if (deflated.length % 2 === 1) this.#writer.write(Buffer.alloc(1));
    return this.#report(facts, [...changes, ...pixelChanges, ...tail.changes]);
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

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    throw new MalformedDataset("the deflated data set cannot be inflated");
  }
}

/** Undefined where the element goes on as it is. */
function changeOfPixels(
  element: PixelElement,
  replaced: ReplacedPixels | undefined,
): ElementChange | undefined {
  const path = placeOf(element.tag);
  if (!isPassed(element, replaced !== undefined)) return { path, action: "remove", rule: "PS3.3 C.7.6.3" };
  return replaced && element.isPixels ? { path, action: "clean", rule: replaced.rule } : undefined;
}
