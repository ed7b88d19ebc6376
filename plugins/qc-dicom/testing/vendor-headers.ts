// Writes what Siemens scanners put into their private headers, for tests of the readers.

/** xx, xy, xz, yy, yz, zz of b times g transposed g. */
export function matrixOf(b: number, direction: readonly number[]): number[] {
  const length = Math.hypot(...direction);
  const [x, y, z] = direction.map((one) => one / length) as [number, number, number];
  return [x * x, x * y, x * z, y * y, y * z, z * z].map((one) => one * b);
}

const SPARE_ITEMS = 6;

/** A CSA header of format 1 or 2, as nibabel describes it. */
export function csaHeader(format: 1 | 2, fields: Readonly<Record<string, readonly number[]>>): Buffer {
  // the first field has no values, as in real headers
  const all: [string, readonly number[]][] = [["EchoLinePosition", []], ...Object.entries(fields)];
  const counts = Buffer.alloc(8);
  counts.writeUInt32LE(all.length, 0);
  counts.writeUInt32LE(77, 4);
  const parts: Buffer[] = [...(format === 2 ? [Buffer.from("SV10\x04\x03\x02\x01", "latin1")] : []), counts];
  for (const [name, values] of all) {
    const items = values.length === 0 ? 0 : Math.max(SPARE_ITEMS, values.length);
    parts.push(fieldHead(name, values.length, items));
    for (let item = 0; item < items; item += 1) {
      const text = item < values.length ? `${values[item]!.toFixed(8)}\0` : "";
      parts.push(itemBytes(format, text, SPARE_ITEMS));
    }
  }
  return Buffer.concat(parts);
}

function fieldHead(name: string, values: number, items: number): Buffer {
  const head = Buffer.alloc(84);
  head.write(name, 0, "latin1");
  head.writeInt32LE(values, 64);
  head.write("FD", 68, "latin1");
  head.writeInt32LE(items, 76);
  head.writeInt32LE(77, 80);
  return head;
}

function itemBytes(format: 1 | 2, text: string, firstItems: number): Buffer {
  const bytes = Buffer.alloc(16 + Math.ceil(text.length / 4) * 4);
  bytes.writeInt32LE(format === 1 ? text.length + firstItems : text.length, 0);
  bytes.writeInt32LE(text.length, 4);
  bytes.writeInt32LE(77, 8);
  bytes.writeInt32LE(text.length, 12);
  bytes.write(text, 16, "latin1");
  return bytes;
}
