// Looks for a patient in any bytes, however the values are spelled and encoded: by decoding, not by a list of spellings.
import { hash } from "node:crypto";

export interface PlantedPatient {
  /** Letters of Latin-1, one of them with two dots. */
  readonly family: string;
  readonly given: string;
  /** With a hyphen between letters and digits. */
  readonly id: string;
  readonly accession: string;
  /** YYYYMMDD */
  readonly birthDate: string;
}

/** Something that was written, sent or shown, and where. */
export interface Evidence {
  readonly place: string;
  readonly content: string | Buffer;
}

/** What was found of a patient at a place. */
export interface Trace {
  readonly place: string;
  readonly what: string;
}

/**
 * Looks for several patients at once, since reading takes longer than looking.
 * @returns for each of them each trace once; never empty because nothing was looked at: see the tests that prove it
 */
export function traces(patients: readonly PlantedPatient[], evidence: readonly Evidence[]): Trace[][] {
  const found = patients.map((patient) => ({ marks: marksOf(patient), traces: new Map<string, Trace>() }));
  const seen = new Set<string>();
  for (const { place, content } of evidence) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const print = `${place} ${hash("sha1", bytes)}`;
    if (seen.has(print)) continue;
    seen.add(print);
    const texts = readings(bytes);
    for (const { marks, traces: own } of found) {
      for (const { what, mark } of marks)
        if (texts.some((text) => mark.test(text))) own.set(`${place} ${what}`, { place, what });
    }
  }
  return found.map(({ traces: own }) => [...own.values()]);
}

interface Mark {
  readonly what: string;
  readonly mark: RegExp;
}

/** Each part of the name counts by itself, so their order and what stands between them do not matter. */
function marksOf({ family, given, id, accession, birthDate }: PlantedPatient): Mark[] {
  const number = (value: string) => new RegExp(value.toLowerCase().split("-").join("[^a-z0-9]{0,3}"));
  return [
    { what: "family name", mark: new RegExp(`${folded(family)}|${withoutDots(family)}`) },
    { what: "given name", mark: new RegExp(folded(given)) },
    { what: "patient ID", mark: number(id) },
    { what: "accession number", mark: number(accession) },
    { what: "birth date", mark: dateMark(birthDate) },
  ];
}

/** Years first, days first and months first, with or without something between; no part of a longer number. */
function dateMark(date: string): RegExp {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)] as const;
  const loose = (part: string) => part.replace(/^0/, "0?");
  const orders = [
    [year, month, day],
    [day, month, year],
    [month, day, year],
  ];
  const written = orders.flatMap((parts) => [
    parts.join(""),
    parts.map(loose).join("[^a-z0-9]{1,3}"),
    parts.map((part) => part.padStart(2, "0")).join("[^a-z0-9]{1,3}"),
  ]);
  const name = new Date(Date.UTC(Number(year), Number(month) - 1)).toLocaleString("en", { month: "long" });
  const short = name.slice(0, 3).toLowerCase();
  const inWords = [
    `${loose(day)}\\W{1,3}${short}[a-z]*\\W{1,3}${year}`,
    `${short}[a-z]*\\W{1,3}${loose(day)}\\W{1,3}${year}`,
  ];
  return new RegExp(`(?<![0-9])(?:${[...written, ...inWords].join("|")})(?![0-9])`);
}

/** Small letters without marks. */
const folded = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Müller, Mueller */
const withoutDots = (text: string): string =>
  text.toLowerCase().replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue");

const BASE64 = /[A-Za-z0-9+/_-]{12,}/g;
const HEX = /(?:[0-9a-f]{2}){6,}/gi;

/** All ways to read bytes. */
function readings(bytes: Buffer): string[] {
  const once = plainReadings(bytes);
  const raw = bytes.toString("latin1");
  const hidden = [
    ...[...raw.matchAll(BASE64)].flatMap(([run]) =>
      // it may begin anywhere in a run of such letters
      [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), "base64")),
    ),
    ...[...raw.matchAll(HEX)].map(([run]) => Buffer.from(run, "hex")),
  ];
  const joined = Buffer.concat(hidden.flatMap((one) => [one, Buffer.from("\n")]));
  return [...once, ...(joined.length > 0 ? plainReadings(joined) : [])];
}

function plainReadings(bytes: Buffer): string[] {
  // UTF-16 of Latin letters is Latin-1 with zeros in between
  const narrow = bytes.filter((byte) => byte !== 0);
  const texts = [bytes.toString("latin1"), bytes.toString("utf8"), Buffer.from(narrow).toString("latin1")];
  const decoded = texts.flatMap((text) => [text, percentDecoded(text), unescaped(text)]);
  return [...new Set(decoded.map(folded))];
}

/** Of URLs, in UTF-8 or Latin-1, and of mails (quoted-printable). */
function percentDecoded(text: string): string {
  const bytes = text
    .replaceAll("+", " ")
    .replaceAll(/[%=]([0-9a-f]{2})/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  return `${bytes}\n${Buffer.from(bytes, "latin1").toString("utf8")}`;
}

/** Of JSON, JavaScript, XML and HTML. */
const unescaped = (text: string): string =>
  text
    .replaceAll(/\\u\{?([0-9a-f]{2,6})\}?/gi, (_, digits: string) => letter(Number.parseInt(digits, 16)))
    .replaceAll(/\\x([0-9a-f]{2})/gi, (_, digits: string) => letter(Number.parseInt(digits, 16)))
    .replaceAll(/&#x([0-9a-f]{2,6});/gi, (_, digits: string) => letter(Number.parseInt(digits, 16)))
    .replaceAll(/&#(\d{2,7});/g, (_, digits: string) => letter(Number(digits)))
    .replaceAll(/&([aou])uml;/gi, "$1");

const letter = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : " ");
