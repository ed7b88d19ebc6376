// Inflates a deflated data set piece by piece, as it comes from the network, within limits.
import { createRequire } from "node:module";
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";

/** Beyond this a data set is refused. */
const MAX_INFLATED_BYTES = 4 * 1024 ** 3;
/** An empty image really does deflate 1000 to 1, so the ratio counts only past this size. */
const RATIO_COUNTS_FROM_BYTES = 64 * 1024 ** 2;
const MAX_RATIO = 250;
const CHUNK_BYTES = 65_536;

/** As zlib's z_stream. */
interface DeflateStream {
  input: Uint8Array;
  next_in: number;
  avail_in: number;
  output: Uint8Array;
  next_out: number;
  avail_out: number;
}

/**
 * pako as zlib is used in C: node:zlib has no streaming inflate that answers at once, and pako's own Inflate takes a new
 * buffer for each chunk, 1,500 of them for 100 MB of zeros.
 */
interface Zlib {
  readonly inflateInit2: (stream: DeflateStream, windowBits: number) => number;
  readonly inflate: (stream: DeflateStream, flush: number) => number;
}

const RAW = -15;
const NO_FLUSH = 0;
const OK = 0;
const STREAM_END = 1;
/** It can do nothing before more bytes come. */
const BUFFER_ERROR = -5;

/** Follows one deflate stream (RFC 1951, PS3.5 A.5). */
export class Inflater {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #zlib: Zlib;
  readonly #stream: DeflateStream;
  #deflated = 0;
  #inflated = 0;
  #isComplete = false;

  /** @param emit gets the inflated bytes, in order; they stand in their buffer only until it returns */
  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
    // Loaded here because hardly any sender deflates.
    const require = createRequire(import.meta.url);
    this.#zlib = require("pako/lib/zlib/inflate.js") as Zlib;
    const Stream = require("pako/lib/zlib/zstream.js") as new () => DeflateStream;
    this.#stream = new Stream();
    this.#stream.output = new Uint8Array(CHUNK_BYTES);
    this.#zlib.inflateInit2(this.#stream, RAW);
  }

  /** @throws MalformedDataset when the bytes are no deflate stream or grow beyond the limits */
  feed(bytes: Uint8Array): void {
    const stream = this.#stream;
    this.#deflated += bytes.length;
    stream.input = bytes;
    stream.next_in = 0;
    stream.avail_in = bytes.length;
    // What follows the end of the stream is the byte that makes its length even.
    while (!this.#isComplete) {
      stream.next_out = 0;
      stream.avail_out = CHUNK_BYTES;
      const status = this.#zlib.inflate(stream, NO_FLUSH);
      if (status !== OK && status !== STREAM_END && status !== BUFFER_ERROR) {
        throw new MalformedDataset("the deflated data set cannot be inflated");
      }
      this.#isComplete = status === STREAM_END;
      this.#inflated += stream.next_out;
      this.#checkLimits();
      this.#emit(stream.output.subarray(0, stream.next_out));
      // room was left: all that came is inflated
      if (stream.avail_out > 0) return;
    }
  }

  /** @throws TruncatedDataset when the stream has not come to its end */
  end(): void {
    if (!this.#isComplete) throw new TruncatedDataset("the deflated data set ends early");
  }

  #checkLimits(): void {
    const tooDense = this.#inflated > RATIO_COUNTS_FROM_BYTES && this.#inflated > MAX_RATIO * this.#deflated;
    if (this.#inflated > MAX_INFLATED_BYTES || tooDense) {
      throw new MalformedDataset("the deflated data set grows beyond the limit");
    }
  }
}
