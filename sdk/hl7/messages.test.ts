// Messages in HL7 version 2: whatever the text, it comes back as it went in, and nothing of it ends a field.
import { execFileSync } from "node:child_process";
import { describe, expect, it, test } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { buildHl7 } from "./build-message.ts";
import type { Hl7CharacterSet } from "./character-set.ts";
import { escapeHl7, escapeLines, unescapeHl7 } from "./escaping.ts";
import { encodedSegments, readHl7 } from "./read-message.ts";
import { type Hl7Field, type Hl7Segment, withFields } from "./segments.ts";

const MSH: Hl7Segment = { name: "MSH", fields: { 9: ["ORU", "R01"], 10: "ID1", 12: "2.5.1" } };
const pid = (field: Hl7Field): Hl7Segment => ({ name: "PID", fields: { 5: field } });
const built = (field: Hl7Field, set: Hl7CharacterSet = "UNICODE UTF-8") =>
  buildHl7([MSH, pid(field)], set).toString(set === "UNICODE UTF-8" ? "utf8" : "latin1");
const back = (field: Hl7Field) =>
  readHl7(Buffer.from(built(field)))
    .segment("PID")
    ?.field(5);

/** Delimiters, escapes, control characters, other scripts: what breaks messages more often than chance would. */
const ALPHABET = [
  ..."|^~&\\|^~&\\\r\n\t\0\v\x1c\x7fEFSTRXH.br09aÄß山😀\u2028\ud800",
  "\\X0D\\",
  "MSH|",
  "\r\n",
];
const random = seededRandom(7);
const randomText = () => {
  const length = 1 + Math.floor(random.uniform() * 12);
  return Array.from({ length }, () => ALPHABET[Math.floor(random.uniform() * ALPHABET.length)]).join("");
};

describe("any text", () => {
  test("survives as a field, a component, a sub-component and a repetition", () => {
    for (let turn = 0; turn < 2000; turn += 1) {
      const [a, b, c, d] = Array.from({ length: 4 }, randomText).map((text) => text.toWellFormed());
      expect(back(a)).toEqual([[[a]]]);
      expect(back([a!, b!])).toEqual([[[a], [b]]]);
      expect(back([[a!, b!]])).toEqual([[[a, b]]]);
      expect(back([[a!, b!], c!])).toEqual([[[a, b], [c]]]);
      const repeated = [a!, [b!, [c!, d!]], [[d!, c!]]];
      expect(back({ repeated })).toEqual([[[a]], [[b], [c, d]], [[d, c]]]);
    }
  });

  test("never ends its field, its segment or the frame of MLLP", () => {
    for (let turn = 0; turn < 2000; turn += 1) {
      const text = escapeHl7(randomText());
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(text).not.toMatch(/[|^~&\u0000-\u001f\u007f]/);
    }
  });
});

describe("buildHl7", () => {
  it("ends segments by a carriage return and fields without a separator too many", () => {
    const text = buildHl7([MSH, { name: "PV1", fields: { 1: "1", 2: "U" } }], "ASCII").toString();
    expect(text).toBe("MSH|^~\\&|||||||ORU^R01|ID1||2.5.1\rPV1|1|U\r");
  });

  it("says its character set in MSH-18 and uses it", () => {
    expect(built("Müller")).toMatch(/\|{6}UNICODE UTF-8\rPID\|{5}Müller\r$/);
    expect(buildHl7([MSH, pid("Müller")], "8859/1").includes(Buffer.from([0x4d, 0xfc]))).toBe(true);
    expect(() => built("山", "8859/1")).toThrow("characters that the character set 8859/1 does not have");
    expect(() => built("ü", "ASCII")).toThrow("does not have");
  });

  it("parts formatted text by \\.br\\ and takes fields that are encoded already", () => {
    expect(built({ encoded: escapeLines("a|b\r\nc\nd") })).toContain("a\\F\\b\\.br\\c\\.br\\d\r");
    expect(back({ encoded: escapeLines("a|b\r\nc") })).toEqual([[["a|b\nc"]]]);
    expect(back({ encoded: "a^b~c" })).toEqual([[["a"], ["b"]], [["c"]]]);
    for (const encoded of ["a|b", "a\rb", "a\x1cb"]) expect(() => built({ encoded })).toThrow("PID.5 holds");
  });

  it("refuses what is no segment", () => {
    expect(() => buildHl7([pid("a")], "ASCII")).toThrow("begins with MSH");
    expect(() => buildHl7([MSH, { name: "P|D", fields: {} }], "ASCII")).toThrow("name of a segment");
    expect(() => buildHl7([MSH, { name: "PID", fields: { 1e6: "a" } }], "ASCII")).toThrow(
      "number of a field",
    );
  });

  it("keeps segments in their order, those of one name too", () => {
    const names = ["OBX", "NTE", "OBX", "NTE", "OBX"];
    const segments = names.map((name, index) => ({ name, fields: { 1: String(index) } }));
    const message = readHl7(buildHl7([MSH, ...segments], "ASCII"));
    expect(message.segments.map((one) => one.name)).toEqual(["MSH", ...names]);
    expect(message.segments.slice(1).map((one) => one.text(1))).toEqual(["0", "1", "2", "3", "4"]);
  });
});

describe("readHl7", () => {
  it.each(["\r", "\n", "\r\n"])("reads lines that end in %j, the last one or not", (end) => {
    for (const last of ["", end]) {
      const lines = ["MSH|^~\\&|A|B|||2024||ACK|7|P|2.5.1", "MSA|AE|ID1|no\\S\\such"].join(end) + last;
      const message = readHl7(Buffer.from(lines));
      expect(message.segment("MSH")?.text(3)).toBe("A");
      expect(message.segment("MSA")?.text(3)).toBe("no^such");
      expect(message.segment("ERR")).toBeUndefined();
    }
  });

  it("reads a message of one segment, and bytes that are no UTF-8 as ISO 8859-1", () => {
    const bytes = Buffer.from("MSH|^~\\&|M\xfcller", "latin1");
    expect(readHl7(bytes).segment("MSH")?.text(3)).toBe("Müller");
  });

  it("leaves sequences for highlighting as they are, and ones that are none", () => {
    expect(unescapeHl7("\\H\\x\\N\\ \\X4\\ C:\\dir \\X41E4\\")).toBe("\\H\\x\\N\\ \\X4\\ C:\\dir Aä");
  });

  it.each(["", "HTTP/1.1 400", "MSH#^~\\&#", "\0\0\0", "MSH|^~\\&|a\rconstructor|x", "MSH|^~\\&|a\r\x01|x"])(
    "refuses %j",
    (text) => {
      expect(() => readHl7(Buffer.from(text))).toThrow(/the message/);
    },
  );
});

describe("encodedSegments", () => {
  it("takes a worded message apart without changing it", () => {
    const text = "MSH|^~\\&|A|B^C|||\n\nPID|||7^^^X~8||\\H\\bold\\N\\\n";
    const [header, ...rest] = encodedSegments(text);
    const again = buildHl7([withFields(header!, { 10: "ID1" }), ...rest], "ASCII").toString();
    expect(again).toBe("MSH|^~\\&|A|B^C||||||ID1\rPID|||7^^^X~8||\\H\\bold\\N\\\r");
  });

  it("refuses lines that are no segments, by their number", () => {
    expect(() => encodedSegments("PID|1")).toThrow("does not begin with MSH");
    expect(() => encodedSegments("MSH|^~\\&|\nhello")).toThrow("line 2 of the message is no segment");
  });
});

const READER = `import sys, hl7, json
message = hl7.parse(sys.stdin.buffer.read().decode("utf8"))
places = ["PID.F5.R1.C1", "PID.F5.R1.C2", "PID.F7"]
print(json.dumps([message[place] for place in places]))`;
const PYTHON = "/usr/bin/python3";

test.skipIf(!runs("import hl7"))("python-hl7 reads the same (SKIPPED without python3-hl7)", () => {
  const texts = ["Müller", "Jürgen^|&", "a|b^c~d&e\\f"] as const;
  const fields = { 5: texts.slice(0, 2), 7: texts[2] };
  const bytes = buildHl7([MSH, { name: "PID", fields }], "UNICODE UTF-8");
  const output = execFileSync(PYTHON, ["-c", READER], { input: bytes, encoding: "utf8" });
  expect(JSON.parse(output)).toEqual(texts);
});

function runs(code: string): boolean {
  try {
    execFileSync(PYTHON, ["-c", code], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
