// What came of the values of the last file: in the next slice most stand at the same place with the same bytes.
import type { ElementRule } from "../rules/element-rule.ts";
import type { ElementPlace } from "./element-place.ts";

/** Bytes of all values that are kept; long ones are scanner protocols, which are the same in a whole series. */
const MOST_BYTES = 4 * 1024 ** 2;
const LONGEST = 256 * 1024;
/** Levels of a data set; an object with thousands of frames does without. */
const MOST_LEVELS = 1000;
/** From here on calling the comparison of the system is worth it. */
const LONG = 48;

interface Last<T> {
  readonly rule: ElementRule;
  readonly vr: number;
  readonly characterSet: string | undefined;
  readonly bytes: Buffer;
  readonly result: T;
}

/** By path of the level and tag. A result must follow from rule, value representation, character set and bytes. */
export class LastValues<T> {
  readonly #levels = new Map<string, LastLevel<T>>();
  readonly #left = { bytes: MOST_BYTES };
  #state = "";

  /** @param state all else that results depend on: when it is another one, all are forgotten */
  begin(state: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#levels.clear();
    this.#left.bytes = MOST_BYTES;
  }

  /** @param path of the level; undefined when there are too many */
  level(path: string): LastLevel<T> | undefined {
    let level = this.#levels.get(path);
    if (level === undefined && this.#levels.size < MOST_LEVELS) {
      level = new LastLevel(this.#left);
      this.#levels.set(path, level);
    }
    return level;
  }
}

export class LastLevel<T> {
  readonly #last = new Map<number, Last<T>>();
  readonly #left: { bytes: number };

  constructor(left: { bytes: number }) {
    this.#left = left;
  }

  /** @param end of the value in `bytes` */
  recall(
    bytes: Buffer,
    { tag, vr, value }: ElementPlace,
    end: number,
    rule: ElementRule,
    characterSet: string | undefined,
  ): T | undefined {
    const last = this.#last.get(tag);
    if (last === undefined || last.rule !== rule || last.vr !== vr || last.characterSet !== characterSet)
      return undefined;
    return isSame(bytes, value, end, last.bytes) ? last.result : undefined;
  }

  keep(
    bytes: Buffer,
    { tag, vr, value }: ElementPlace,
    end: number,
    rule: ElementRule,
    characterSet: string | undefined,
    result: T,
  ): void {
    const before = this.#last.get(tag)?.bytes.length ?? 0;
    if (end - value > LONGEST || end - value - before > this.#left.bytes) return;
    this.#left.bytes -= end - value - before;
    this.#last.set(tag, { rule, vr, characterSet, bytes: Buffer.from(bytes.subarray(value, end)), result });
  }
}

function isSame(bytes: Buffer, from: number, to: number, others: Buffer): boolean {
  const { length } = others;
  if (to - from !== length) return false;
  if (length >= LONG) return bytes.compare(others, 0, length, from, to) === 0;
  for (let at = 0; at < length; at += 1) if (bytes[from + at] !== others[at]) return false;
  return true;
}
