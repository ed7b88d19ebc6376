// What the second pass remembers of a study hides nothing: neither a leak in a later file nor bytes that are read otherwise.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type RawElement, rawMrFile, text } from "../testing/raw-object.ts";
import { findingText, StudyProof } from "./verify.ts";

const folder = mkdtempSync(join(tmpdir(), "deid-memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

const open = () => new StudyProof({ pseudonym: { patientName: "P1", patientId: "P1" }, dates: "shift" });
/** PatientIdentityRemoved (0012,0062) */
const MARK = text(0x00120062, "CS", "YES");
let files = 0;

function write(elements: readonly RawElement[]): string {
  files += 1;
  const path = join(folder, `${files}.dcm`);
  writeFileSync(path, rawMrFile(elements));
  return path;
}

/** The files keep their UIDs and their sender, which is found each time and is not what these tests are about. */
const OF_THE_WRITER = /\((?:0002,0016|0008,0018|0020,000[de])\)$/;

function prove(proof: StudyProof, source: readonly RawElement[], copy: readonly RawElement[]): string[] {
  const found = proof.verify({ source: write(source), output: write([MARK, ...copy]) });
  return found.map(findingText).filter((finding) => !OF_THE_WRITER.test(finding));
}

it("A-077 a leak in the third file is found, though its source says what the others said", () => {
  const proof = open();
  const source = [text(0x00100020, "LO", "QZ-4711-XV"), text(0x00081030, "LO", "head")];
  const clean = [text(0x00081030, "LO", "head")];
  expect(prove(proof, source, clean)).toEqual([]);
  expect(prove(proof, source, clean)).toEqual([]);
  expect(prove(proof, source, [text(0x00081030, "LO", "head QZ-4711-XV")])).toEqual([
    "value-survives at (0008,1030): id of (0010,0020)",
  ]);
});

it("A-077 the same bytes in another character set are another name", () => {
  const proof = open();
  const bytes = Buffer.from("d8d2d0ddded2", "hex");
  const name = { tag: 0x00100010, vr: "PN", value: bytes };
  const comment = (words: string) => text(0x00204000, "LT", words);
  const set = (value: string) => text(0x00080005, "CS", value);
  const source = (value: string) => [set(value), name, comment("seen")];
  const copy = [set("ISO_IR 192"), comment(`seen, ${new TextDecoder("iso-8859-5").decode(bytes)}`)];
  expect(prove(proof, source("ISO_IR 100"), copy)).toEqual([]);
  expect(prove(proof, source("ISO_IR 144"), copy)).toEqual([
    "value-survives at (0020,4000): name of (0010,0010)",
  ]);
});

it("A-077 the value of an item is missed at no place, however many items there are", () => {
  const items = Array.from({ length: 25_000 }, () => [text(0x00400009, "SH", "1")]);
  const sequence = { tag: 0x00400260, vr: "SQ", value: items, open: true };
  const found = prove(open(), [sequence], [sequence]);
  const place = (index: number) => `(0040,0260)[${index}].(0040,0009)`;
  expect(found).toHaveLength(items.length);
  expect(found).toContain(`value-in-place at ${place(24_999)}: id of ${place(24_999)}`);
});
