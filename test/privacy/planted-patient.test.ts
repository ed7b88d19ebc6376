// The search for a patient finds every spelling and encoding that values are written in, and nothing in other texts.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type PlantedPatient, traces } from "./planted-patient.ts";

const patient: PlantedPatient = {
  ...{ family: "Kanarienvögel", given: "Quendoline" },
  ...{ id: "CANARY-4711", accession: "ACC-CANARY-0815", birthDate: "19610704" },
};
const found = (...contents: readonly (string | Buffer)[]) =>
  traces(
    [patient],
    contents.map((content) => ({ place: "here", content })),
  )[0]!.map(({ what }) => what);
const base64 = (text: string, encoding: BufferEncoding = "utf8") =>
  Buffer.from(text, encoding).toString("base64");

const NAMES: readonly (string | Buffer)[] = [
  ...["Kanarienvögel^Quendoline", "Quendoline Kanarienvögel", "KANARIENVÖGEL, QUENDOLINE"],
  ...["kanarienvogel_quendoline", "Kanarienvoegel Quendoline", "QUENDOLINE=KANARIENVOGEL^^^Dr."],
  Buffer.from("Kanarienvögel^Quendoline", "latin1"),
  Buffer.from("KANARIENVÖGEL QUENDOLINE", "utf16le"),
  Buffer.from("Kanarienvögel^Quendoline", "utf16le").swap16(),
  encodeURIComponent("Quendoline Kanarienvögel"),
  "q=Quendoline+Kanarienv%F6gel",
  "Kanarienv%c3%b6gel%5EQuendoline",
  "Kanarienv=C3=B6gel, Quendoline",
  String.raw`{"name":"Kanarienv\u00f6gel^Quendoline"}`,
  "Kanarienv&#246;gel Quendoline",
  "Kanarienv&#xF6;gel Quendoline",
  "Kanarienv&ouml;gel Quendoline",
  ...["", "x", "xy"].map((before) => base64(`${before}Kanarienvögel^Quendoline`)),
  base64("QUENDOLINE KANARIENVÖGEL", "latin1"),
  `filename=${Buffer.from("Quendoline Kanarienvögel").toString("base64url")}.pdf`,
  Buffer.from("Kanarienvögel^Quendoline").toString("hex"),
];

test.each(NAMES.map((content) => [String(content), content] as const))(
  "a name is found: %s",
  (_, content) => {
    expect(found(content)).toEqual(["family name", "given name"]);
  },
);

test.each([...["CANARY-4711", "canary4711", "CANARY%2D4711", base64("id=Canary-4711")]])(
  "a patient ID is found: %s",
  (content) => {
    expect(found(content)).toEqual(["patient ID"]);
  },
);

test.each(["ACC-CANARY-0815", "acccanary0815", "ACC%2DCANARY%2D0815"])(
  "an accession number is found: %s",
  (content) => {
    expect(found(content)).toEqual(["accession number"]);
  },
);

test.each([
  ...[
    "19610704",
    "1961-07-04",
    "04.07.1961",
    "4.7.1961",
    "07/04/1961",
    "04071961",
    "07041961",
    "1961%2F07%2F04",
  ],
  ...["4 July 1961", "date19610704, ", "Jul 4, 1961", "1961-07-04T00:00:00Z", base64("born 1961-07-04")],
])("a birth date is found: %s", (content) => {
  expect(found(content)).toEqual(["birth date"]);
});

test("nothing is found where nobody is named", () => {
  const texts = [
    "2026-11-29T17:00:00.123Z canary.started",
    "Kanarie",
    "1961",
    "47110815",
    "2.25.319610704000",
  ];
  const noise = [randomBytes(200_000), randomBytes(100_000).toString("hex")];
  expect(found(...texts, ...noise)).toEqual([]);
});
