// Blocks of the Minimal Lower Layer Protocol (HL7 transport specification MLLP, release 1): 0x0B … 0x1C 0x0D.

const START = 0x0b;
const END = 0x1c;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

export function frameMllp(message: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(START), message, Uint8Array.of(END, CARRIAGE_RETURN)]);
}

/** What comes is no block of MLLP, or too long for an acknowledgement. */
export class MllpGarbage extends Error {
  override readonly name = "MllpGarbage";
}

/** Finds the blocks in what comes, in whatever pieces. A block counts at its 0x1C: some systems send nothing after it. */
export class MllpReader {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #inside = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws MllpGarbage */
  read(chunk: Buffer): Buffer[] {
    const blocks: Buffer[] = [];
    let position = 0;
    while (position < chunk.length) {
      if (!this.#inside) {
        position = this.#findStart(chunk, position);
        continue;
      }
      const end = chunk.indexOf(END, position);
      this.#keep(chunk.subarray(position, end < 0 ? chunk.length : end));
      if (end < 0) break;
      blocks.push(Buffer.concat(this.#parts));
      this.#parts = [];
      this.#bytes = 0;
      this.#inside = false;
      position = end + 1;
    }
    return blocks;
  }

  /** Between blocks there may be line ends and nothing else. @returns the place to go on */
  #findStart(chunk: Buffer, position: number): number {
    const byte = chunk[position];
    if (byte === START) this.#inside = true;
    else if (byte !== CARRIAGE_RETURN && byte !== LINE_FEED) {
      throw new MllpGarbage("the receiver answered with something that is no MLLP block");
    }
    return position + 1;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) {
      throw new MllpGarbage(`the receiver answered with more than ${this.#maxBytes} bytes`);
    }
    if (part.length > 0) this.#parts.push(part);
  }
}
