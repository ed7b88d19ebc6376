// Siemens' own headers: what stays is what a converter reads, and nothing of the scanner's memory comes along.
import { describe, expect, it } from "vitest";
import { cleanCsaHeader } from "./siemens-csa.ts";
import { cleanProtocol } from "./siemens-protocol.ts";

interface Entry {
  readonly name: string;
  readonly parts: readonly string[];
}

/** As a scanner writes it: names and values are padded with whatever was in its memory. */
function csaHeader(entries: readonly Entry[], newer: boolean): Buffer {
  const [count, firstParts] = [Buffer.alloc(8), entries[0]?.parts.length ?? 0];
  count.writeUInt32LE(entries.length, 0);
  count.writeUInt32LE(77, 4);
  const rest = entries.flatMap(({ name, parts }) => {
    const head = Buffer.alloc(84, "QZX ");
    head.write(`${name}\0`, 0, "latin1");
    head.writeInt32LE(parts.length, 64);
    head.write("LO\0\0", 68, "latin1");
    head.writeInt32LE(6, 72);
    head.writeInt32LE(parts.length, 76);
    head.writeInt32LE(77, 80);
    const values = parts.map((part) => {
      const length = part.length + 1;
      const value = Buffer.alloc(16 + 4 * Math.ceil(length / 4), "QZX ");
      value.writeInt32LE(newer ? length : length + firstParts, 0);
      value.writeInt32LE(length, 4);
      value.writeInt32LE(77, 8);
      value.writeInt32LE(length, 12);
      value.write(`${part}\0`, 16, "latin1");
      return value;
    });
    return [head, ...values];
  });
  return Buffer.concat([...(newer ? [Buffer.from("SV10\x04\x03\x02\x01", "latin1")] : []), count, ...rest]);
}

const ENTRIES: readonly Entry[] = [
  { name: "UsedPatientName", parts: ["QZX"] },
  { name: "B_value", parts: ["1000", "QZX"] },
  { name: "NumberOfImagesInMosaic", parts: ["48", "", ""] },
  { name: "DiffusionGradientDirection", parts: ["0.1", "-0.2", "0.97"] },
  { name: "DiffusionDirectionality", parts: ["QZX"] },
  { name: "SliceNormalVector", parts: ["0", "0", "1e-2"] },
];

describe.each([
  ["the newer kind (SV10)", true],
  ["the older kind", false],
])("%s", (_, newer) => {
  it("A-092 keeps numbers of known entries, and drops all else and what stood between", () => {
    const clean = cleanCsaHeader(csaHeader(ENTRIES, newer))!;
    expect(clean.includes("QZX")).toBe(false);
    const kept = ENTRIES.filter(({ name }) => /Mosaic|Gradient|Normal/.test(name));
    for (const { name, parts } of kept) {
      const at = clean.indexOf(`${name}\0`);
      expect(at).toBeGreaterThan(0);
      const behind = clean.toString("latin1", at + 84).replace(/[^-.\de]+/g, " ");
      for (const part of parts) expect(behind).toContain(part);
    }
    // what was written can be read again and is clean as it is
    expect(cleanCsaHeader(clean)?.equals(clean)).toBe(true);
  });

  it("is refused when its lengths lead anywhere else", () => {
    const whole = csaHeader(ENTRIES, newer);
    for (let length = 0; length < whole.length; length += 5) {
      const cut = cleanCsaHeader(whole.subarray(0, length));
      expect(cut?.includes("QZX") ?? false).toBe(false);
    }
    expect(cleanCsaHeader(Buffer.from("QZX QZX QZX QZX QZX QZX"))).toBeUndefined();
  });
});

it("of a protocol only numbers of known families stay", () => {
  const protocol = [
    "<XProtocol> { <PatientName> QZX }",
    "### ASCCONV BEGIN object=QZX ###",
    'tProtocolName = "QZX"',
    "sKSpace.lBaseResolution\t = \t82",
    "sSliceArray.asSlice[0].sPosition.dSag = -63.45",
    "sPatientData.lAge = 25",
    'sCoilSelectMeas.aRxCoilSelectData[0].tSerial = "QZX"',
    "sDiffusion.QZX = QZX",
    'tSequenceFileName = ""%SiemensSeq%\\ep2d_diff""',
    "### ASCCONV END ###",
    "QZX",
  ].join("\n");
  expect(cleanProtocol(protocol).trim().split("\n")).toEqual([
    "### ASCCONV BEGIN ###",
    "sKSpace.lBaseResolution\t = \t82",
    "sSliceArray.asSlice[0].sPosition.dSag = -63.45",
    'tSequenceFileName = ""%SiemensSeq%\\ep2d_diff""',
    "### ASCCONV END ###",
  ]);
});
