// What may still be written: free bytes at the last look, less what was written and promised since then.

/** `ample`: nothing to say; `low`: below the high mark, receiving goes on; `full`: below the low mark. */
export type SpaceState = "ample" | "low" | "full";

export interface SpaceMarks {
  /** High mark in bytes: with less that is free the hub warns; 0 never does. */
  readonly warnBelow: number;
  /** Low mark in bytes: what must stay free; 0 keeps nothing, and objects run into the end of the disk. */
  readonly keepFree: number;
}

/** A mark that was crossed counts until there is so much more, so that nothing flickers around it. */
const WAY_BACK = 1.1;

/** Pure arithmetic; whoever looks at the disk and whoever writes to it tells it so. */
export class SpaceAccount {
  #marks: SpaceMarks;
  readonly #moved: (state: SpaceState, before: SpaceState) => void;
  #free = Number.POSITIVE_INFINITY;
  /** On the disk since the last look. */
  #written = 0;
  /** Promised to objects that are on their way. */
  #promised = 0;
  /** Bytes that steps at work were let in for, by step; receiving goes before them. */
  readonly #steps = new Map<string, number>();
  #state: SpaceState = "ample";

  constructor(marks: SpaceMarks, moved: (state: SpaceState, before: SpaceState) => void = () => {}) {
    this.#marks = ordered(marks);
    this.#moved = moved;
  }

  /** The next look goes by other marks. */
  remark(marks: SpaceMarks): void {
    this.#marks = ordered(marks);
  }

  get marks(): SpaceMarks {
    return this.#marks;
  }

  /** Free bytes from which on receiving goes on again after the disk was full. */
  get resumesAt(): number {
    return this.#marks.keepFree * WAY_BACK;
  }

  get state(): SpaceState {
    return this.#state;
  }

  /** Bytes that nobody has written to or was promised. */
  get available(): number {
    return this.#free - this.#written - this.#promised;
  }

  /** @returns what `endLook` wants to know: it is on the disk, so that the look sees it */
  beginLook(): number {
    return this.#written;
  }

  /** @param freeBytes what the file system says */
  endLook(freeBytes: number, writtenBefore: number): void {
    this.#free = freeBytes;
    this.#written -= writtenBefore;
    this.#judge();
  }

  /** Lets an object in. @returns false when there is no room; then the disk counts as full */
  admit(bytes: number): boolean {
    if (this.#state !== "full" && this.extend(bytes)) return true;
    this.#move("full");
    return false;
  }

  /** More for an object that is in. @returns false when there is no room for it; smaller ones may still fit */
  extend(bytes: number): boolean {
    if (this.#marks.keepFree > 0 && this.available - bytes < this.#marks.keepFree) return false;
    this.#promised += bytes;
    return true;
  }

  /** Promised bytes have become written ones. */
  wrote(bytes: number): void {
    this.#promised -= bytes;
    this.#written += bytes;
  }

  /** Promised bytes are not wanted any more. */
  giveBack(bytes: number): void {
    this.#promised -= bytes;
  }

  /**
   * Lets a step in that may take so many bytes for its own files.
   * @returns false when they would reach below the low mark
   */
  admitStep(id: string, bytes: number): boolean {
    if (this.#marks.keepFree > 0) {
      const others = [...this.#steps].reduce((sum, [step, of]) => sum + (step === id ? 0 : of), 0);
      if (this.available - others - bytes < this.#marks.keepFree) return false;
    }
    this.#steps.set(id, bytes);
    return true;
  }

  stepEnded(id: string): void {
    this.#steps.delete(id);
  }

  #judge(): void {
    const { warnBelow, keepFree } = this.#marks;
    const back = (state: SpaceState): number => (this.#state === state ? WAY_BACK : 1);
    if (this.available < keepFree * back("full")) this.#move("full");
    else if (this.available < warnBelow * (this.#state === "ample" ? 1 : WAY_BACK)) this.#move("low");
    else this.#move("ample");
  }

  #move(state: SpaceState): void {
    const before = this.#state;
    this.#state = state;
    if (state !== before) this.#moved(state, before);
  }
}

/** The high mark is never below the low one. */
const ordered = (marks: SpaceMarks): SpaceMarks => ({
  ...marks,
  warnBelow: marks.warnBelow && Math.max(marks.warnBelow, marks.keepFree),
});
