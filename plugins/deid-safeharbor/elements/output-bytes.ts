// Where the new header is written: one buffer that grows and is used again for every file.
import { type Encoding, vrCode } from "@thalamus/sdk/dicom";

const FIRST_BYTES = 256 * 1024;
const UNDEFINED_LENGTH = 0xffffffff;
/** PS3.5 Table 7.1-1: two reserved bytes and a length of 32 bits. */
const LONG_FORM: ReadonlySet<number> = new Set(
  "OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" ").map(vrCode),
);

export class OutputBytes {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > 16 * FIRST_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  copy(from: Buffer, start: number, end: number): void {
    if (end <= start) return;
    this.#reserve(end - start);
    from.copy(this.#bytes, this.#length, start, end);
    this.#length += end - start;
  }

  /**
   * The head of an element (PS3.5 7.1).
   * @param vr `vrCode`; 0 where none is written
   * @returns where its length stands
   */
  head(tag: number, vr: number, length: number, { explicit, littleEndian }: Encoding): number {
    this.#reserve(12);
    this.#uint16(tag >>> 16, littleEndian);
    this.#uint16(tag & 0xffff, littleEndian);
    if (explicit && vr !== 0) {
      this.#uint16(vr, false);
      if (!LONG_FORM.has(vr)) {
        if (length > 0xffff) throw new RangeError("a value is too long for its value representation");
        this.#uint16(length, littleEndian);
        return this.#length - 2;
      }
      this.#uint16(0, littleEndian);
    }
    this.#uint32(length, littleEndian);
    return this.#length - 4;
  }

  /** A head with its value, padded to an even length. */
  element(tag: number, vr: number, value: Buffer, pad: number, encoding: Encoding): void {
    const odd = value.length % 2;
    this.head(tag, vr, value.length + odd, encoding);
    this.copy(value, 0, value.length);
    if (odd === 0) return;
    this.#reserve(1);
    this.#bytes[this.#length] = pad;
    this.#length += 1;
  }

  /** Puts the length of what was written since into a head of defined length. */
  patchLength(at: number, { littleEndian }: Encoding): void {
    const length = this.#length - at - 4;
    if (length >= UNDEFINED_LENGTH) throw new RangeError("a sequence is longer than 4 GB");
    if (littleEndian) this.#bytes.writeUInt32LE(length, at);
    else this.#bytes.writeUInt32BE(length, at);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  #uint16(value: number, littleEndian: boolean): void {
    const [low, high] = [value & 0xff, value >>> 8];
    this.#bytes[this.#length] = littleEndian ? low : high;
    this.#bytes[this.#length + 1] = littleEndian ? high : low;
    this.#length += 2;
  }

  #uint32(value: number, littleEndian: boolean): void {
    this.#uint16(littleEndian ? value & 0xffff : value >>> 16, littleEndian);
    this.#uint16(littleEndian ? value >>> 16 : value & 0xffff, littleEndian);
  }
}
