// Mutants made on purpose: nested bombs, deflate bombs, giant lengths, hostile values, odd fragments of pixels.
import { deflateRawSync } from "node:zlib";
import { encodeDataset } from "@thalamus/sdk/dicom";
import { noise } from "../noise.ts";
import { mrDataset, mrObject, placesIn } from "./mr-object.ts";
import {
  END_OF_ITEM,
  END_OF_SEQUENCE,
  ITEM,
  longElement,
  type Mutant,
  mark,
  SYNTAX,
  shortElement,
  UNDEFINED,
} from "./mutant.ts";

const CONTENT_SEQUENCE = 0x0040a730;
const PIXEL_DATA = 0x7fe00010;

const explicit = (name: string, bytes: Buffer): Mutant => ({ name, bytes, transferSyntax: SYNTAX.explicit });

/** Puts elements where their tag belongs, in front of the pixels. */
function withElements(number: number, ...elements: readonly Buffer[]): Buffer {
  const whole = mrObject(number);
  const { start } = placesIn(whole).at(-1) as { start: number };
  return Buffer.concat([whole.subarray(0, start), ...elements, whole.subarray(start)]);
}

/** Another value for an element of the top level. */
function withValue(number: number, tag: number, value: Buffer | string): Buffer {
  const whole = mrObject(number);
  const place = placesIn(whole).find((one) => one.tag === tag);
  if (!place) throw new Error(`the object has no ${tag.toString(16)}`);
  const vr = whole.toString("latin1", place.start + 4, place.start + 6);
  const element = shortElement(tag, vr, value);
  return Buffer.concat([whole.subarray(0, place.start), element, whole.subarray(place.end)]);
}

/** Sequences in sequences, all of undefined length. */
function nested(depth: number, vr: "SQ" | "UN", closed: boolean): Buffer {
  const implicit = Buffer.alloc(8);
  implicit.writeUInt16LE(CONTENT_SEQUENCE >>> 16, 0);
  implicit.writeUInt16LE(CONTENT_SEQUENCE & 0xffff, 2);
  implicit.writeUInt32LE(UNDEFINED, 4);
  const open = longElement(CONTENT_SEQUENCE, vr, Buffer.alloc(0), UNDEFINED);
  // inside UN of undefined length everything is implicit (PS3.5 6.2.2)
  const deeper = vr === "UN" ? implicit : open;
  const parts = [open, ITEM(), ...Array.from({ length: depth - 1 }, () => [deeper, ITEM()]).flat()];
  if (closed) parts.push(...Array.from({ length: depth }, () => [END_OF_ITEM, END_OF_SEQUENCE]).flat());
  return Buffer.concat(parts);
}

const NESTED = [1, 10, 63, 64, 65, 1000, 10_000].flatMap((depth) =>
  (["SQ", "UN"] as const).flatMap((vr) =>
    [true, false].map((closed) => {
      const name = `${depth} sequences of ${vr} in one another, ${closed ? "closed" : "open"}`;
      return explicit(name, withElements(depth, nested(depth, vr, closed)));
    }),
  ),
);

const GIANT = [0x7fffffff, 0x80000000, 0xfffffffe, UNDEFINED].flatMap((length) =>
  ["OB", "UN", "UT", "SQ"].map((vr) =>
    explicit(
      `${vr} of ${length} bytes`,
      withElements(1, longElement(0x00431010, vr, noise(length, 50), length)),
    ),
  ),
);

const PRIVATE = [
  explicit("a private element of 1 MB", withElements(2, longElement(0x00431010, "UN", noise(1, 1_000_000)))),
  explicit(
    "a private element of 16 MB",
    withElements(3, longElement(0x00431010, "OB", Buffer.alloc(16_000_000))),
  ),
  explicit(
    "10,000 empty private elements",
    withElements(4, ...Array.from({ length: 10_000 }, (_, n) => shortElement(0x00430000 + n, "LO", ""))),
  ),
  explicit(
    "5,000 private creators",
    withElements(
      5,
      ...Array.from({ length: 5000 }, (_, n) =>
        shortElement(0x00410010 + 0x20000 * (n % 2000), "LO", "SAME"),
      ),
    ),
  ),
  explicit(
    "a sequence of 50,000 empty items",
    withElements(
      6,
      longElement(CONTENT_SEQUENCE, "SQ", Buffer.alloc(0), UNDEFINED),
      ...Array.from({ length: 50_000 }, () => ITEM(0)),
      END_OF_SEQUENCE,
    ),
  ),
  explicit(
    "a sequence whose items overlap its end",
    withElements(7, longElement(CONTENT_SEQUENCE, "SQ", Buffer.concat([ITEM(500), Buffer.alloc(8)]))),
  ),
  explicit("delimiters in the top level", withElements(8, END_OF_ITEM, END_OF_SEQUENCE)),
  explicit(
    "delimiters with a length",
    withElements(9, longElement(CONTENT_SEQUENCE, "SQ", Buffer.alloc(0), UNDEFINED), mark(0xe0dd, 77)),
  ),
  explicit(
    "group 0002 in the data set",
    Buffer.concat([shortElement(0x00020010, "UI", SYNTAX.bigEndian), mrObject(10)]),
  ),
  explicit(
    "group 0000 in the data set",
    Buffer.concat([shortElement(0x00000100, "US", Buffer.from([1, 0])), mrObject(11)]),
  ),
  explicit(
    "a whole Part 10 file as data set",
    Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), mrObject(12)]),
  ),
  explicit("an object behind an object", Buffer.concat([mrObject(13), mrObject(13)])),
];

const UIDS = {
  path: "../../../../etc/passwd",
  "65 characters": `1.${"2".repeat(63)}`,
  "60,000 characters": "1.".repeat(30_000),
  nothing: "",
  zeros: "\0".repeat(64),
  "a line break": "1.2.3\n4",
  two: "1.2.3\\1.2.4",
  SQL: "1'; drop table study;--",
  "escape sequences": "\x1b[2J1.2.3",
} as const;
const UID_TAGS = {
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
};

const HOSTILE_UIDS = Object.entries(UID_TAGS).flatMap(([keyword, tag]) =>
  Object.entries(UIDS).map(([what, uid], n) => explicit(`${keyword} with ${what}`, withValue(n, tag, uid))),
);

const TEXTS = {
  zeros: "\0\0\0\0",
  "a zero inside": "A\0B^C",
  "60,000 characters": "x".repeat(60_000),
  "ISO 2022 that never ends": "\x1b$B\x1b(J\x1b$)C\x1b".repeat(20),
  "bytes that are no UTF-8": "\xff\xfe\xc0\x80\xed\xa0\x80\xf5",
  "half a surrogate": "\xed\xa0\xbd",
  "line breaks and a forged log line": 'x\r\n{"level":"error"}\r\n',
} as const;
const TEXT_TAGS = {
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  AccessionNumber: 0x00080050,
  StudyDescription: 0x00081030,
  StudyDate: 0x00080020,
  PatientBirthDate: 0x00100030,
  Modality: 0x00080060,
  StudyID: 0x00200010,
};

const HOSTILE_TEXTS = Object.entries(TEXT_TAGS).flatMap(([keyword, tag], row) =>
  Object.entries(TEXTS).map(([what, text], n) =>
    // a study of its own for each: the text goes into the row of the study
    explicit(`${keyword} with ${what}`, withValue(200 + 10 * row + n, tag, text)),
  ),
);

const CHARACTER_SETS = [
  "",
  "ISO_IR 999",
  "\\\\\\",
  "ISO 2022 IR 87\\ISO 2022 IR 149",
  "GB18030",
  "\0\0",
  "../x",
  "x".repeat(5000),
].map((name, n) =>
  explicit(`character set ${JSON.stringify(name.slice(0, 30))}`, withValue(40 + n, 0x00080005, name)),
);

const deflated = (name: string, bytes: Buffer): Mutant => ({ name, bytes, transferSyntax: SYNTAX.deflated });
// the name in it cannot be seen from outside, so it is that of object 0
const whole = deflateRawSync(mrObject(0));
const DEFLATED = [
  deflated("a good deflated object", whole),
  deflated("a deflated object that is cut", whole.subarray(0, whole.length >> 1)),
  deflated("a deflated object with noise behind it", Buffer.concat([whole, noise(60, 1000)])),
  deflated("a deflate stream of nothing", deflateRawSync(Buffer.alloc(0))),
  deflated("a deflate stream of noise", deflateRawSync(noise(61, 100_000))),
  deflated("100 MB of zeros, deflated", deflateRawSync(Buffer.alloc(100_000_000))),
  deflated(
    "an object with 90 MB of zeros in it, deflated",
    deflateRawSync(withElements(62, longElement(0x00431010, "OB", Buffer.alloc(90_000_000)))),
  ),
  deflated("deflated twice", deflateRawSync(deflateRawSync(Buffer.alloc(10_000_000)))),
  deflated(
    "10,000 sequences in one another, deflated",
    deflateRawSync(withElements(63, nested(10_000, "SQ", false))),
  ),
];

const compressed = (name: string, transferSyntax: string, ...parts: readonly Buffer[]): Mutant => {
  const header = encodeDataset({ ...mrDataset(70), PixelData: undefined });
  const pixels = longElement(PIXEL_DATA, "OB", Buffer.alloc(0), UNDEFINED);
  return { name, transferSyntax, bytes: Buffer.concat([header, pixels, ...parts]) };
};
const fragment = (bytes: number, says = bytes) => Buffer.concat([ITEM(says), Buffer.alloc(bytes, 7)]);
const FRAGMENTS = [SYNTAX.jpeg, SYNTAX.jpeg2000, SYNTAX.rle, SYNTAX.unknown].flatMap((uid) => [
  compressed(`pixels without end in ${uid}`, uid, ITEM(0), fragment(1000)),
  compressed(`no fragments in ${uid}`, uid, END_OF_SEQUENCE),
  compressed(`fragments without length in ${uid}`, uid, ITEM(0), ITEM(), Buffer.alloc(100)),
  compressed(
    `20,000 empty fragments in ${uid}`,
    uid,
    ...Array.from({ length: 20_000 }, () => ITEM(0)),
    END_OF_SEQUENCE,
  ),
  compressed(`a fragment of 4 GB in ${uid}`, uid, ITEM(0), fragment(1000, 0xfffffffe)),
  compressed(
    `an offset table of noise in ${uid}`,
    uid,
    ITEM(404),
    noise(uid, 404),
    fragment(1000),
    END_OF_SEQUENCE,
  ),
]);

const ROWS = 0x00280010;
const FRAMES = 0x00280008;
const PIXELS = [
  explicit("65,535 rows", withValue(80, ROWS, Buffer.from([255, 255]))),
  explicit("rows of one byte", withValue(81, ROWS, "\x40")),
  explicit("rows of nothing", withValue(82, ROWS, "")),
  explicit("no pixels", encodeDataset({ ...mrDataset(83), PixelData: undefined })),
  explicit(
    "one pixel too few",
    encodeDataset({ ...mrDataset(84), PixelData: Buffer.alloc(64 * 64 * 2 - 2) }),
  ),
  ...["-1", "0", "1e9", "999999999999", "NaN", "x".repeat(70_000 % 60_000)].map((text, n) =>
    explicit(`number of frames ${text.slice(0, 12)}`, withElementsBefore(85 + n, FRAMES, text)),
  ),
];

function withElementsBefore(number: number, tag: number, value: string): Buffer {
  const bytes = mrObject(number);
  const place = placesIn(bytes).find((one) => one.tag > tag);
  const at = place?.start ?? 0;
  return Buffer.concat([bytes.subarray(0, at), shortElement(tag, "IS", value), bytes.subarray(at)]);
}

export function designedDamage(): Mutant[] {
  return [
    ...NESTED,
    ...GIANT,
    ...PRIVATE,
    ...HOSTILE_UIDS,
    ...HOSTILE_TEXTS,
    ...CHARACTER_SETS,
    ...DEFLATED,
    ...FRAGMENTS,
    ...PIXELS,
  ];
}
