// What can be wrong with an upload or with one file in it: a code and words without a name, a value or a path.

/** One file that was not taken, by its place: file names can hold a patient's name. */
export interface UploadProblem {
  /** 1 is the first file of the archive, or of the list the sender packed; 0 is the upload as a whole. */
  readonly position: number;
  readonly code: string;
  readonly message: string;
}

/** The upload as a whole cannot be taken in. */
export class UploadRefusal extends Error {
  override readonly name = "UploadRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One file cannot be taken in; the others can. */
export class FileRefusal extends Error {
  override readonly name = "FileRefusal";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Not the upload's fault: the disk is full, the database is away, the hub stops. It is tried again. */
export class TryUploadLater extends Error {
  override readonly name = "TryUploadLater";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** More are counted and not listed. */
const MOST_LISTED = 200;

/** The problems of one run. */
export class Problems {
  readonly #listed: UploadProblem[] = [];
  readonly #firsts = new Map<string, UploadProblem>();
  #count = 0;
  #refused = 0;

  /** A file was not taken. */
  add(position: number, code: string, message: string): void {
    this.#refused += 1;
    if (!this.#firsts.has(code)) this.#firsts.set(code, { position, code, message });
    this.warn(position, code, message);
  }

  /** A file was taken, and yet somebody should know. */
  warn(position: number, code: string, message: string): void {
    this.#count += 1;
    if (this.#listed.length < MOST_LISTED) this.#listed.push({ position, code, message });
  }

  /** Files that were not taken. */
  get refused(): number {
    return this.#refused;
  }

  /** The first file that was not taken for a reason other than these. */
  refusedBut(harmless: ReadonlySet<string>): UploadProblem | undefined {
    return [...this.#firsts.values()].find(({ code }) => !harmless.has(code));
  }

  /** In the order of their positions; a last line tells how many more there are. */
  list(): UploadProblem[] {
    const sorted = this.#listed.toSorted((a, b) => a.position - b.position);
    const more = this.#count - sorted.length;
    if (more > 0) sorted.push({ position: 0, code: "upload.more-problems", message: `And ${more} more.` });
    return sorted;
  }
}
