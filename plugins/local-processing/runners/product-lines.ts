// Reads what a product prints: lines of bounded length, each an event of the contract or a log line.

const LONGEST_LINE = 1024 ** 2;
const NEWLINE = 0x0a;

/** An event that means something to the hub; log lines and results are only counted. */
export type ProductEvent =
  | { readonly type: "progress"; readonly value: number; readonly stage: string }
  | { readonly type: "error"; readonly code: string; readonly message: string };

/** Cuts bytes into lines. Of a line longer than 1 MB nothing is kept. */
export class LineCutter {
  readonly #onLine: (line: string) => void;
  #pieces: Buffer[] = [];
  #length = 0;

  /** @param onLine gets each line without its end, an empty one in place of one that was too long */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  feed(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#flush();
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
  }

  /** The stream ended; what stands after the last line end is a line, too. */
  end(): void {
    if (this.#length > 0) this.#flush();
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > LONGEST_LINE) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  #flush(): void {
    const line = Buffer.concat(this.#pieces).toString("utf8");
    this.#pieces = [];
    this.#length = 0;
    this.#onLine(line);
  }
}

/** The event in a line; undefined for a log line, and for an event with wrong fields. */
export function eventOf(line: string): ProductEvent | undefined {
  const fields = objectOf(line);
  const { type, value, stage, code, msg } = fields ?? {};
  if (type === "progress" && typeof value === "number" && value >= 0 && value <= 1) {
    return { type, value, stage: typeof stage === "string" ? stage : "" };
  }
  if (type === "error" && typeof code === "string") {
    return { type, code, message: typeof msg === "string" ? msg : "" };
  }
  return undefined;
}

interface EventFields {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly stage?: unknown;
  readonly code?: unknown;
  readonly msg?: unknown;
}

function objectOf(line: string): EventFields | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as EventFields;
  } catch {
    return undefined;
  }
}

/** The last bytes of a stream. */
export class Tail {
  readonly #longest: number;
  #bytes = Buffer.alloc(0);

  constructor(longest: number) {
    this.#longest = longest;
  }

  feed(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes.subarray(-this.#longest)]).subarray(-this.#longest);
  }

  text(): string {
    return this.#bytes.toString("utf8");
  }
}
