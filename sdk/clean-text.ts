// Makes text that a product or another system wrote fit to be shown: short, printable, and free of the patient.
import type { StudyIdentity } from "./step.ts";

const LONGEST_MESSAGE = 500;
const LONGEST_STAGE = 40;
/** Shorter pieces of a name or number occur in plain words. */
const SHORTEST_SECRET = 3;
const SHORTEST_ANYWHERE = 5;
const REMOVED = "[removed]";
/** Any UID long enough to be one of the study's; version numbers are shorter. */
const UID = /\b[0-2](?:\.\d+){5,}\b/g;

export type Cleaner = (text: string) => string;

/** One line of printable text of at most `longest` characters. */
export function printable(text: string, longest: number): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1).toWellFormed()}…` : line;
}

/** The short name of what a product is doing. */
export const cleanStage: Cleaner = (text) =>
  printable(text.replaceAll(/[^A-Za-z0-9 _.-]/g, " "), LONGEST_STAGE);

/**
 * A function that cleans a product's messages. Products must not print PHI; this catches one that quotes a
 * header or a file name all the same. Names and numbers of the study's identity and every UID are cut out.
 */
export function messageCleaner(identity: StudyIdentity): Cleaner {
  const secrets = secretsOf(identity);
  return (text) => {
    // UIDs first: one of an instance begins with that of its study
    const withoutUids = text.replaceAll(UID, REMOVED);
    const hidden = secrets.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), withoutUids);
    return printable(hidden, LONGEST_MESSAGE);
  };
}

function secretsOf(identity: StudyIdentity): RegExp[] {
  const { patientName, referringPhysicianName, patientId, patientBirthDate, accessionNumber } = identity;
  const names = [patientName, referringPhysicianName].flatMap((name) => [name, ...name.split(/[\s^=,]+/)]);
  const numbers = [patientId, patientBirthDate, accessionNumber, identity.studyInstanceUid, identity.studyId];
  return [...names, ...numbers]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
    .map(patternOf);
}

/** A short name must stand alone: it is also a part of plain words. */
function patternOf(secret: string): RegExp {
  const escaped = secret.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  const alone = secret.length < SHORTEST_ANYWHERE;
  return new RegExp(alone ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped, "giu");
}
