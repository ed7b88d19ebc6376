// What elements of the last files of a study were found to say: where the bytes are the same, so is what they say.
import type { ElementValues } from "./element-values.ts";
import type { FileBytes } from "./file-bytes.ts";
import type { Place } from "./place.ts";
import { placeOf, type SeenElement } from "./second-reader.ts";

const LONGEST_REMEMBERED = 256 * 1024;
/** Of one study. */
const MOST_BYTES = 4 * 1024 ** 2;
/** From here on calling the comparison of the system is worth it. */
const LONG = 48;

interface Remembered {
  readonly vr: string;
  readonly characterSet: string;
  readonly creator: string;
  readonly bytes: Buffer;
  readonly values: ElementValues;
}

/** All that an element says follows from its place, its bytes and how they are to be read: all are compared. */
export class SourceMemory {
  readonly #last = new Map<Place, Remembered>();
  #bytes = 0;

  /** @returns what the same element said in the file before; undefined when it was another */
  recall(file: FileBytes, element: SeenElement): ElementValues | undefined {
    const last = this.#last.get(placeOf(element));
    if (last === undefined || last.bytes.length !== element.to - element.from) return undefined;
    const isRead =
      last.vr === element.vr &&
      last.characterSet === element.characterSet &&
      last.creator === element.creator;
    return isRead && isSame(file, element.from, last.bytes) ? last.values : undefined;
  }

  keep(file: FileBytes, element: SeenElement, values: ElementValues): void {
    const { vr, characterSet, creator, from, to } = element;
    const length = to - from;
    if (length > LONGEST_REMEMBERED) return;
    const place = placeOf(element);
    this.#bytes += length - (this.#last.get(place)?.bytes.length ?? 0);
    if (this.#bytes > MOST_BYTES) {
      this.#last.clear();
      this.#bytes = length;
    }
    const bytes = Buffer.from(file.slice(from, to));
    this.#last.set(place, { vr, characterSet, creator, bytes, values });
  }
}

function isSame(file: FileBytes, from: number, bytes: Buffer): boolean {
  const { length } = bytes;
  const start = file.reach(from, length);
  if (start < 0) return false;
  const others = file.bytes;
  if (length >= LONG) return others.compare(bytes, 0, length, start, start + length) === 0;
  for (let at = 0; at < length; at += 1) if (others[start + at] !== bytes[at]) return false;
  return true;
}
