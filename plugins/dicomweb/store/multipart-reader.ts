// Takes a multipart body apart as it comes (RFC 2046 5.1); memory: one part's header, or the beginning of a boundary.

/** What stands in front of a part, by lower-case names. */
export type PartHeaders = ReadonlyMap<string, string>;

export interface PartHandler {
  partStarted(headers: PartHeaders): void;
  /** Bytes of the part that is open; they are not kept by the reader. */
  partBytes(bytes: Buffer): void;
  partEnded(): void;
}

/** The body is not what its Content-Type says. */
export class BrokenMultipart extends Error {
  override readonly name = "BrokenMultipart";
  readonly cut: boolean;

  constructor(message: string, cut = false) {
    super(message);
    this.cut = cut;
  }
}

/** RFC 2046 5.1.1, no space at the end; it allows 70 characters, but there are clients (Orthanc) that take 73. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,199}[0-9A-Za-z'()+_,\-./:=?]$/;
const LARGEST_HEAD = 8192;
const LARGEST_PREAMBLE = 4096;
const MOST_PADDING = 64;
const LINE_END = "\r\n";
const NOTHING = Buffer.alloc(0);

export const isBoundary = (text: string): boolean => BOUNDARY.test(text);

export class MultipartReader {
  readonly #handler: PartHandler;
  readonly #delimiter: Buffer;
  // the first boundary may stand at the very begin: as if a line had ended before it
  #rest: Buffer = Buffer.from(LINE_END);
  #state: "preamble" | "boundary" | "head" | "blank" | "part" | "over" = "preamble";
  #preamble = 0;

  /** @param boundary one that `isBoundary` */
  constructor(boundary: string, handler: PartHandler) {
    this.#delimiter = Buffer.from(`${LINE_END}--${boundary}`, "latin1");
    this.#handler = handler;
  }

  /** Whether the last boundary has come; what follows it means nothing. */
  get over(): boolean {
    return this.#state === "over";
  }

  /** @throws BrokenMultipart after which the reader must not be used any more */
  feed(bytes: Buffer): void {
    let left = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = NOTHING;
    while (left.length > 0 && !this.over) {
      const taken = this.#step(left);
      if (taken === undefined) {
        // a copy: the piece it is part of is large
        this.#rest = Buffer.from(left);
        return;
      }
      left = left.subarray(taken);
    }
  }

  /** @throws BrokenMultipart when the body ended before the last boundary */
  end(): void {
    if (!this.over) throw new BrokenMultipart("the body ends before its last boundary", true);
  }

  /** @returns how many bytes are done with; undefined when more have to come first */
  #step(bytes: Buffer): number | undefined {
    switch (this.#state) {
      case "preamble":
        return this.#skipPreamble(bytes);
      case "boundary":
        return this.#endBoundaryLine(bytes);
      case "head":
        return this.#readHead(bytes);
      case "blank":
        return this.#passBlankLine(bytes);
      default:
        return this.#passPart(bytes);
    }
  }

  #skipPreamble(bytes: Buffer): number | undefined {
    const { skipped, taken } = this.#upToDelimiter(bytes);
    this.#preamble += skipped;
    if (this.#preamble > LARGEST_PREAMBLE) throw new BrokenMultipart("no part begins with the boundary");
    return taken === 0 ? undefined : taken;
  }

  #passPart(bytes: Buffer): number | undefined {
    const { skipped, taken, found } = this.#upToDelimiter(bytes);
    if (skipped > 0) this.#handler.partBytes(bytes.subarray(0, skipped));
    if (found) this.#handler.partEnded();
    return taken === 0 ? undefined : taken;
  }

  /** Passes what is certainly no delimiter; behind one the rest of its line is due. */
  #upToDelimiter(bytes: Buffer): { skipped: number; taken: number; found: boolean } {
    const at = bytes.indexOf(this.#delimiter);
    if (at >= 0) {
      this.#state = "boundary";
      return { skipped: at, taken: at + this.#delimiter.length, found: true };
    }
    // one that is cut can only begin with a carriage return among the last bytes
    const tail = Math.max(0, bytes.length - this.#delimiter.length + 1);
    const suspect = bytes.indexOf(0x0d, tail);
    const skipped = suspect < 0 ? bytes.length : suspect;
    return { skipped, taken: skipped, found: false };
  }

  #endBoundaryLine(bytes: Buffer): number | undefined {
    if (bytes.length < 2) return undefined;
    if (bytes[0] === 0x2d && bytes[1] === 0x2d) {
      this.#state = "over";
      return bytes.length;
    }
    const end = bytes.indexOf(LINE_END);
    const padding = bytes.subarray(0, end < 0 ? bytes.length : end);
    const blank = padding.every((byte, index) => {
      const cut = end < 0 && byte === 0x0d && index === padding.length - 1;
      return byte === 0x20 || byte === 0x09 || cut;
    });
    if (!blank || padding.length > MOST_PADDING) {
      throw new BrokenMultipart("something else follows a boundary on its line");
    }
    if (end < 0) return undefined;
    this.#state = "head";
    return end + 2;
  }

  /** Up to the blank line, which stays. */
  #readHead(bytes: Buffer): number | undefined {
    if (bytes.length < 2) return undefined;
    const end = bytes.indexOf(LINE_END) === 0 ? 0 : bytes.indexOf(`${LINE_END}${LINE_END}`);
    if (end > LARGEST_HEAD || (end < 0 && bytes.length > LARGEST_HEAD)) {
      throw new BrokenMultipart(`the header of a part is longer than ${LARGEST_HEAD} bytes`);
    }
    if (end < 0) return undefined;
    this.#handler.partStarted(parseHead(bytes.toString("latin1", 0, end)));
    this.#state = "blank";
    return end === 0 ? 0 : end + 2;
  }

  /** The line end of the blank line may be the one that a boundary begins with: then the part has no content. */
  #passBlankLine(bytes: Buffer): number | undefined {
    const length = Math.min(bytes.length, this.#delimiter.length);
    const alike = bytes.compare(this.#delimiter, 0, length, 0, length) === 0;
    if (alike && length < this.#delimiter.length) return undefined;
    if (!alike) {
      this.#state = "part";
      return 2;
    }
    this.#handler.partEnded();
    this.#state = "boundary";
    return this.#delimiter.length;
  }
}

function parseHead(text: string): PartHeaders {
  const headers = new Map<string, string>();
  for (const line of text === "" ? [] : text.split(LINE_END)) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new BrokenMultipart("a line in the header of a part has no name");
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
