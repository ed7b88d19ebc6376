// Files in which every place that may identify a patient holds a canary, in every encoding the standard knows.
import { type Canary, canaryDate, canaryElement, canaryWord, profileAttributes } from "./canary-elements.ts";
import {
  bytes,
  items,
  type RawElement,
  type RawSyntax,
  rawFile,
  SYNTAXES,
  short,
  text,
} from "./raw-dicom.ts";

export interface LeakFile {
  readonly name: string;
  readonly number: number;
  readonly how: RawSyntax;
  readonly content: Buffer;
  readonly canaries: readonly Canary[];
}

export const STUDY_UID = "1.2.3.4444.1111111111.1";
export const PATIENT = {
  patientName: "Quixwood^Zebulon",
  patientId: "QZ-7788-4411",
  patientBirthDate: "19430711",
};
const SERIES_UID = "1.2.3.4444.2222222222.2";

/** A small MR image that dcmtk and a viewer take; numbers keep the instances apart. */
function image(number: number): RawElement[] {
  const uid = `1.2.3.4444.3333333333.${number}`;
  const pixels = Buffer.alloc(2 * 16 * 16, 7);
  return [
    text(0x00020002, "UI", "1.2.840.10008.5.1.4.1.1.4"),
    text(0x00020003, "UI", uid),
    text(0x00080005, "CS", "ISO_IR 100"),
    text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\OTHER"),
    text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.4"),
    text(0x00080018, "UI", uid),
    text(0x00080060, "CS", "MR"),
    text(0x00080070, "LO", "SIEMENS"),
    text(0x00100010, "PN", PATIENT.patientName),
    text(0x00100020, "LO", PATIENT.patientId),
    text(0x00100030, "DA", PATIENT.patientBirthDate),
    text(0x00100040, "CS", "F"),
    text(0x0020000d, "UI", STUDY_UID),
    text(0x0020000e, "UI", SERIES_UID),
    text(0x00200013, "IS", String(number)),
    short(0x00280002, 1),
    text(0x00280004, "CS", "MONOCHROME2"),
    short(0x00280010, 16),
    short(0x00280011, 16),
    short(0x00280100, 16),
    short(0x00280101, 12),
    short(0x00280102, 11),
    short(0x00280103, 0),
    { tag: 0x7fe00010, vr: "OW", value: pixels },
  ];
}

export const PSEUDONYM = { patientName: "P-000001", patientId: "P-000001" };

/** A copy of the image of a file with nothing of its patient in it, and whatever a test wants to hide there. */
export function cleanTwin({ number, how }: LeakFile, hidden: readonly RawElement[]): Buffer {
  const uid = (kind: number) => `2.25.90000000${kind}0000${number}`;
  const replaced = [
    text(0x00020003, "UI", uid(1)),
    text(0x00080018, "UI", uid(1)),
    text(0x0020000d, "UI", uid(2)),
    text(0x0020000e, "UI", uid(3)),
    text(0x00100010, "PN", PSEUDONYM.patientName),
    text(0x00100020, "LO", PSEUDONYM.patientId),
    text(0x00100030, "DA", "19440229"),
    text(0x00120062, "CS", "YES"),
  ];
  return rawFile([...image(number), ...replaced, ...hidden], how);
}

/** Values of the patient that all files share. */
const shared = (): Canary[] =>
  [
    ["PatientName", "quixwood", "PN"],
    ["PatientID", PATIENT.patientId, "LO"],
    ["PatientBirthDate", PATIENT.patientBirthDate, "DA"],
    ["StudyInstanceUID", STUDY_UID, "UI"],
    ["SeriesInstanceUID", SERIES_UID, "UI"],
  ].map(([name = "", needle = "", vr = ""]) => ({ name, needle, place: "every file", vr }));

const PATIENT_NAME = 0x00100010;
let files = 0;

function leakFile(
  name: string,
  planted: readonly { element: RawElement; canary: Canary }[],
  how: RawSyntax,
): LeakFile {
  files += 1;
  const elements = [...image(files), ...planted.map(({ element }) => element)];
  const isReplaced = planted.some(({ element }) => element.tag === PATIENT_NAME);
  const everywhere = shared().filter(({ vr }) => vr !== "PN" || !isReplaced);
  const own = { name: "SOPInstanceUID", needle: `1.2.3.4444.3333333333.${files}`, place: name, vr: "UI" };
  const canaries = planted.map(({ canary }) => ({ ...canary, place: `${canary.place} of ${name}` }));
  return {
    name: `${name}.dcm`,
    number: files,
    how,
    content: rawFile(elements, how),
    canaries: [...everywhere, own, ...canaries],
  };
}

/** What holds the image together stays as `image` writes it. */
const OWN_TAGS = new Set(image(0).map(({ tag }) => tag));
/** ContentSequence and others are kept for their structure; three of them make the nest. */
const NEST = [0x52009229, 0x00289110, 0x00189117];

function planted(first: number) {
  return profileAttributes()
    .filter(({ tag }) => !OWN_TAGS.has(tag))
    .map((attribute, index) => canaryElement(attribute, first + index));
}

function nested(first: number, undefinedLength: boolean) {
  const inside = planted(first).filter(({ element }) => element.tag >>> 16 !== 0x0002);
  let nest: RawElement | undefined;
  for (const tag of NEST.toReversed()) {
    const item = nest ? [nest] : inside.map(({ element }) => element);
    nest = { tag, vr: "SQ", value: [[text(0x00080060, "CS", "MR")], item], undefinedLength };
  }
  const [head, ...rest] = inside;
  return [
    { element: nest!, canary: head!.canary },
    ...rest.map(({ canary }) => ({ element: nest!, canary })),
  ];
}

/** Every row of the table flat and nested three deep, in each of the four ways to write a data set, and as UN. */
export function profileFiles(): LeakFile[] {
  const names = Object.keys(SYNTAXES) as (keyof typeof SYNTAXES)[];
  const inSyntaxes = names.flatMap((name, index) => [
    leakFile(`flat-${name}`, planted(1000 * index), SYNTAXES[name]),
    leakFile(`nested-${name}`, nested(1000 * index + 500, index % 2 === 0), SYNTAXES[name]),
  ]);
  const unknown = planted(9000).map(({ element, canary }) => ({
    element: { ...element, asUnknown: true },
    canary,
  }));
  return [...inSyntaxes, leakFile("unknown-vr", unknown, SYNTAXES.explicit)];
}

const canary = (needle: string, place: string, vr: string): Canary => ({ name: place, needle, place, vr });

/** Private elements of nobody, and of makers whose blocks are kept, with text, sequences and unknown bytes. */
export function privateFiles(): LeakFile[] {
  const vrs = ["LO", "SH", "ST", "LT", "UT", "PN", "AE", "UC", "OB", "UN", "DA", "UI"];
  const block = (group: number, creator: string, first: number, whose = "private") => [
    { element: text(group * 0x10000 + 0x10, "LO", creator), canary: canary(creator, "creator", "LO") },
    ...vrs.map((vr, index) => {
      const tag = group * 0x10000 + 0x1080 + index;
      return canaryElement({ tag, vr, name: `${whose} ${vr}` }, first + index);
    }),
    {
      element: items(group * 0x10000 + 0x10f0, [text(0x00100010, "PN", `${canaryWord(first + 40)}^A`)]),
      canary: canary(canaryWord(first + 40), "private sequence", "SQ"),
    },
  ];
  const nobody = block(0x0099, "ACME 1.1", 12_000);
  const maker = block(0x0019, "SIEMENS MR HEADER", 12_100, "a maker's").slice(1);
  const creator = { element: text(0x00190010, "LO", "SIEMENS MR HEADER"), canary: maker[0]!.canary };
  const asUnknown = block(0x0099, "ACME 1.1", 12_200).map(({ element, canary: one }) => ({
    element: { ...element, asUnknown: true },
    canary: one,
  }));
  return [
    leakFile("private", [...nobody, creator, ...maker], SYNTAXES.explicit),
    leakFile("private-implicit", [...nobody, creator, ...maker], SYNTAXES.implicit),
    leakFile("private-unknown", asUnknown, SYNTAXES.explicit),
  ];
}

/** File meta information, preamble, overlays, curves, an icon, and what follows the pixels. */
export function oddPlaces(): LeakFile[] {
  const word = (number: number) => canaryWord(13_000 + number);
  const plant = (element: RawElement, number: number, place: string) => ({
    element,
    canary: canary(word(number), place, element.vr),
  });
  const raw = (number: number, length = 64) => Buffer.from(word(number).padEnd(length, "\0"));
  const icon = items(0x00880200, [
    short(0x00280010, 8),
    short(0x00280011, 8),
    bytes(0x7fe00010, "OB", raw(6)),
  ]);
  const elements = [
    plant(text(0x00020016, "AE", word(1)), 1, "SourceApplicationEntityTitle"),
    plant(text(0x00020100, "UI", "1.2.3.4"), 1, "PrivateInformationCreatorUID"),
    plant(bytes(0x00020102, "OB", raw(2)), 2, "PrivateInformation"),
    plant(bytes(0x60003000, "OW", raw(3)), 3, "OverlayData"),
    plant(text(0x60004000, "LT", word(4)), 4, "OverlayComments"),
    plant(text(0x60021500, "LO", word(14)), 14, "OverlayLabel"),
    plant(text(0x50002500, "LO", word(5)), 5, "CurveLabel"),
    plant(bytes(0x50003000, "OW", raw(7)), 7, "CurveData"),
    plant(icon, 6, "IconImageSequence"),
    plant(bytes(0xfffcfffc, "OB", raw(8)), 8, "DataSetTrailingPadding"),
    plant(bytes(0x00189445, "OB", raw(9)), 9, "an attribute of no edition"),
  ];
  const file = leakFile("odd-places", elements, SYNTAXES.explicit);
  const content = Buffer.from(file.content);
  content.write(word(10), 20, "latin1");
  return [{ ...file, content, canaries: [...file.canaries, canary(word(10), "preamble", "")] }];
}

/** Names in other alphabets, and the same names in descriptions that stay. */
export function characterSets(): LeakFile[] {
  const sets: [string, string, Buffer, string][] = [
    ["cyrillic", "ISO_IR 144", Buffer.from("bbe4dabde7e1d5d2", "hex"), "ЛфкНчсев"],
    ["utf8", "ISO_IR 192", Buffer.from("Çelikoğlu^山田"), "Çelikoğlu"],
    ["latin1", "ISO_IR 100", Buffer.from("Müllerström^Jörg", "latin1"), "Müllerström"],
    ["japanese", "\\ISO 2022 IR 87", Buffer.from("\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", "latin1"), "山田"],
    ["korean", "\\ISO 2022 IR 149", Buffer.from("\x1b$)C\xb1\xe8\xc8\xf1\xc1\xdf", "latin1"), "김희중"],
  ];
  return sets.map(([name, characterSet, value, needle]) => {
    const plant = (tag: number, vr: string, before: string) => ({
      element: { tag, vr, value: padSpace(Buffer.concat([Buffer.from(before), value])) },
      canary: canary(needle, `${name} in a ${vr}`, vr),
    });
    const named = [
      plant(0x00100010, "PN", ""),
      plant(0x00080090, "PN", ""),
      plant(0x00081030, "LO", "MRI "),
      plant(0x00204000, "LT", "seen by "),
    ];
    const set = { element: text(0x00080005, "CS", characterSet), canary: named[0]!.canary };
    return leakFile(`set-${name}`, [set, ...named], SYNTAXES.explicit);
  });
}

const padSpace = (value: Buffer): Buffer =>
  value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(0x20)]);

/** What identifies inside of the six texts that stay, by pattern and by the values of this patient. */
export function freeTexts(): LeakFile[] {
  const patterns = [
    "123-45-6789",
    "555-123-4567",
    "jane.roe@clinic.example",
    "https://pacs.example/study/9",
    "192.168.17.44",
    "MRN-8812345",
    "MR-771199",
    "RN-445566",
    "ACCT-99120",
    "ACCOUNT-42424",
    "Quixwood",
    "ZEBULON QUIXWOOD",
    "QZ-7788-4411",
    "1943-07-11",
    "11.07.1943",
  ];
  const texts = [0x00081030, 0x0008103e, 0x00204000, 0x00324000, 0x40084000, 0x00402001];
  const planted = texts.flatMap((tag, index) => {
    const vr = index < 2 || index === 5 ? "LO" : "LT";
    const ofThis = patterns.filter((_, number) => vr === "LT" || number % 3 === index % 3);
    const element = text(tag, vr, `brain ${ofThis.slice(0, vr === "LO" ? 3 : 99).join(" axial ")}`);
    return ofThis
      .slice(0, vr === "LO" ? 3 : 99)
      .map((needle) => ({ element, canary: canary(needle, "free text", vr) }));
  });
  return [leakFile("free-text", planted, SYNTAXES.explicit)];
}

/** Codes of a site's own schemes, and of none, in a sequence that stays. */
export function ownCodes(): LeakFile[] {
  const word = (number: number) => canaryWord(14_000 + number);
  const own = (number: number, scheme: readonly RawElement[]) => {
    const meaning = word(number + 1);
    const code = [
      text(0x00080100, "SH", word(number)),
      ...scheme,
      text(0x00080104, "LO", `${meaning} brain`),
    ];
    // AnatomicRegionSequence (0008,2218), ViewCodeSequence (0054,0220)
    const element = items(scheme.length > 0 ? 0x00082218 : 0x00540220, code);
    return [word(number), meaning].map((needle) => ({
      element,
      canary: canary(needle, "a site's code", "SH"),
    }));
  };
  const scheme = `99${word(9)}`;
  const named = own(0, [text(0x00080102, "SH", scheme)]);
  const itself = { element: named[0]!.element, canary: canary(word(9), "a site's code", "SH") };
  const all = [...named, itself, ...own(4, [])];
  return [
    leakFile("own-codes", all, SYNTAXES.explicit),
    leakFile("own-codes-implicit", all, SYNTAXES.implicit),
  ];
}

/** All of it; a whole study of one patient. */
export function leakCorpus(): LeakFile[] {
  files = 0;
  return [
    ...profileFiles(),
    ...privateFiles(),
    ...oddPlaces(),
    ...characterSets(),
    ...freeTexts(),
    ...ownCodes(),
  ];
}

export { canaryDate };
