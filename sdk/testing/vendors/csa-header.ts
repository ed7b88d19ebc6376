// The private header of Siemens before XA, (0029,1010): a table of named values in the form "SV10".

const NAME_BYTES = 64;
const VR_BYTES = 4;
/** Every field has room for so many values, whether they are there or not. */
const PLACES = 6;
/** Stands for nothing, in the head of the table, of a field and of a value. */
const CHECK = 77;

export type CsaField = readonly [name: string, vr: string, values: readonly (string | number)[]];

export function csaHeader(fields: readonly CsaField[]): Buffer {
  const head = Buffer.alloc(16);
  head.write("SV10", 0, "latin1");
  head.set([4, 3, 2, 1], 4);
  head.writeUInt32LE(fields.length, 8);
  head.writeUInt32LE(CHECK, 12);
  return Buffer.concat([head, ...fields.map(csaField)]);
}

function csaField([name, vr, values]: CsaField): Buffer {
  const head = Buffer.alloc(NAME_BYTES + 4 + VR_BYTES + 12);
  head.write(name, 0, "latin1");
  head.writeInt32LE(values.length, NAME_BYTES);
  head.write(vr, NAME_BYTES + 4, "latin1");
  const places = values.length === 0 ? 0 : Math.max(PLACES, values.length);
  head.writeInt32LE(places, NAME_BYTES + 12);
  head.writeInt32LE(CHECK, NAME_BYTES + 16);
  const items = Array.from({ length: places }, (_, index) => csaValue(values[index]));
  return Buffer.concat([head, ...items]);
}

/** Text with its length four times over, padded to four bytes. */
function csaValue(value: string | number | undefined): Buffer {
  const text = value === undefined ? "" : `${typeof value === "number" ? value.toFixed(8) : value}\0`;
  const bytes = Buffer.alloc(16 + 4 * Math.ceil(text.length / 4));
  for (const [index, number] of [text.length, text.length, CHECK, text.length].entries()) {
    bytes.writeInt32LE(number, 4 * index);
  }
  bytes.write(text, 16, "latin1");
  return bytes;
}
