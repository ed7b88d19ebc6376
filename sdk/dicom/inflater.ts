// Inflates a deflated data set piece by piece, as it comes from the network, within limits.
import { createRequire } from "node:module";
import { MalformedDataset, TruncatedDataset } from "./dataset-errors.ts";

/** Beyond this a data set is refused. */
const MAX_INFLATED_BYTES = 4 * 1024 ** 3;
/** An empty image really does deflate 1000 to 1, so the ratio counts only past this size. */
const RATIO_COUNTS_FROM_BYTES = 64 * 1024 ** 2;
const MAX_RATIO = 250;

/** The part of pako's Inflate used here; node:zlib has no streaming inflate that answers at once. */
interface PakoInflate {
  onData(chunk: Uint8Array): void;
  onEnd(status: number): void;
  push(bytes: Uint8Array, flush: boolean): boolean;
}

interface Pako {
  readonly Inflate: new (options: { raw: boolean; chunkSize: number }) => PakoInflate;
}

/** Follows one deflate stream (RFC 1951, PS3.5 A.5). */
export class Inflater {
  readonly #stream: PakoInflate;
  #deflated = 0;
  #inflated = 0;
  #ending: "open" | "complete" | "broken" = "open";

  /** @param emit gets the inflated bytes, in order */
  constructor(emit: (bytes: Uint8Array) => void) {
    // Loaded here because hardly any sender deflates.
    const { Inflate } = createRequire(import.meta.url)("pako") as Pako;
    this.#stream = new Inflate({ raw: true, chunkSize: 65_536 });
    this.#stream.onData = (chunk) => {
      this.#inflated += chunk.length;
      this.#checkLimits();
      emit(chunk);
    };
    this.#stream.onEnd = (status) => {
      this.#ending = status === 0 ? "complete" : "broken";
    };
  }

  /** @throws MalformedDataset when the bytes are no deflate stream or grow beyond the limits */
  feed(bytes: Uint8Array): void {
    // What follows the end of the stream is the byte that makes its length even.
    if (this.#ending === "complete") return;
    this.#deflated += bytes.length;
    this.#stream.push(bytes, false);
    if (this.#broken()) throw new MalformedDataset("the deflated data set cannot be inflated");
  }

  #broken(): boolean {
    return this.#ending === "broken";
  }

  /** @throws TruncatedDataset when the stream has not come to its end */
  end(): void {
    if (this.#ending !== "complete") throw new TruncatedDataset("the deflated data set ends early");
  }

  #checkLimits(): void {
    const tooDense = this.#inflated > RATIO_COUNTS_FROM_BYTES && this.#inflated > MAX_RATIO * this.#deflated;
    if (this.#inflated > MAX_INFLATED_BYTES || tooDense) {
      throw new MalformedDataset("the deflated data set grows beyond the limit");
    }
  }
}
