// Reads a search from the query of a URL (PS3.18 8.3.4 and 10.6): conditions, page, and what shall be returned.
import type { ArchiveCondition, ArchiveKey, ArchiveMatching, RetrievalTarget } from "@thalamus/sdk";
import { Tag } from "@thalamus/sdk/dicom";
import { impliedVr, tagOf } from "@thalamus/sdk/dicom/dictionary";
import { isUsableUid } from "@thalamus/sdk/dicom/net";
import { Refusal } from "../refusal.ts";
import type { SearchLevel } from "../routes.ts";

/** A condition on something that only the headers tell. */
export interface HeaderCondition {
  readonly tag: number;
  readonly vr: string;
  readonly matching: ArchiveMatching;
}

export interface SearchQuery {
  readonly conditions: readonly ArchiveCondition[];
  readonly headerConditions: readonly HeaderCondition[];
  readonly limit: number;
  readonly offset: number;
  /** Attributes beside those that are always returned; `all` for every one there is. */
  readonly include: ReadonlySet<number> | "all";
  /** For the Warning header. */
  readonly warnings: readonly string[];
}

/** ModalitiesInStudy (0008,0061) */
export const MODALITIES_IN_STUDY = 0x00080061;

const STUDY_KEYS: ReadonlyMap<number, ArchiveKey> = new Map<number, ArchiveKey>([
  [Tag.StudyInstanceUID, "studyInstanceUid"],
  [Tag.StudyDate, "studyDate"],
  [Tag.StudyTime, "studyTime"],
  [Tag.AccessionNumber, "accessionNumber"],
  [MODALITIES_IN_STUDY, "modalitiesInStudy"],
  [Tag.ReferringPhysicianName, "referringPhysicianName"],
  [Tag.StudyDescription, "studyDescription"],
  [Tag.PatientName, "patientName"],
  [Tag.PatientID, "patientId"],
  [Tag.IssuerOfPatientID, "issuerOfPatientId"],
  [Tag.PatientBirthDate, "patientBirthDate"],
  [Tag.PatientSex, "patientSex"],
  [Tag.PatientAge, "patientAge"],
  [Tag.StudyID, "studyId"],
]);
const SERIES_KEYS: ReadonlyMap<number, ArchiveKey> = new Map<number, ArchiveKey>([
  ...STUDY_KEYS,
  [Tag.SeriesInstanceUID, "seriesInstanceUid"],
  [Tag.Modality, "modality"],
]);
const INSTANCE_KEYS: ReadonlyMap<number, ArchiveKey> = new Map<number, ArchiveKey>([
  ...SERIES_KEYS,
  [Tag.SOPInstanceUID, "sopInstanceUid"],
  [Tag.SOPClassUID, "sopClassUid"],
]);
const KEYS = { studies: STUDY_KEYS, series: SERIES_KEYS, instances: INSTANCE_KEYS } as const;

const OTHER_PARAMETERS = new Set(["limit", "offset", "includefield", "fuzzymatching", "accept"]);
/** Without a limit, and at most. */
export const MOST_RESULTS = { studies: 1000, series: 1000, instances: 5000 } as const;
const LONGEST_VALUE = 1024;
const MOST_UIDS = 500;
/** NumberOfStudyRelatedSeries (0020,1206) and NumberOfStudyRelatedInstances (0020,1208) */
const STUDY_COUNTS: ReadonlySet<number> = new Set([0x00201206, 0x00201208]);
const IGNORED = "Attributes of includefield that are not known or not kept at this level were ignored.";
const NO_FUZZY = "The fuzzymatching parameter is not supported. Only literal matching has been performed.";

/**
 * @param target what the address names; a condition like any other
 * @throws Refusal 400
 */
export function searchQuery(
  parameters: URLSearchParams,
  level: SearchLevel,
  target: Partial<RetrievalTarget>,
): SearchQuery {
  const conditions: ArchiveCondition[] = Object.entries(target).flatMap(([key, uid]) =>
    uid === undefined ? [] : [{ key: key as ArchiveKey, matching: { kind: "any", values: [uid] } }],
  );
  const headerConditions: HeaderCondition[] = [];
  const asked = new Set<number>();
  for (const [name, value] of parameters) {
    if (OTHER_PARAMETERS.has(name)) continue;
    const tag = attributeOf(name);
    if (asked.has(tag)) throw badQuery("An attribute is named twice; separate UIDs by commas instead.");
    asked.add(tag);
    const vr = impliedVr(tag, false);
    const matching = matchingOf(value, vr);
    const key = KEYS[level].get(tag);
    if (matching && key) conditions.push({ key, matching });
    else if (matching) headerConditions.push({ tag, vr, matching });
  }
  if (headerConditions.length > 0) requireOneStudy(conditions, level);
  const include = includedBy(parameters, level);
  return {
    conditions,
    headerConditions,
    limit: Math.min(whole(parameters, "limit", 1) ?? MOST_RESULTS[level], MOST_RESULTS[level]),
    offset: whole(parameters, "offset", 0) ?? 0,
    // what is asked about is answered, too
    include: include.tags === "all" ? "all" : new Set([...include.tags, ...asked]),
    warnings: [...(parameters.get("fuzzymatching") === "true" ? [NO_FUZZY] : []), ...include.warnings],
  };
}

/** Headers are read one by one, so there must be few of them. */
function requireOneStudy(conditions: readonly ArchiveCondition[], level: SearchLevel): void {
  const one = conditions.some(({ key, matching }) => {
    return key === "studyInstanceUid" && matching.kind === "any" && matching.values.length === 1;
  });
  if (one && level !== "studies") return;
  throw new Refusal(
    400,
    "dicomweb.key-not-offered",
    "One of the attributes is only in the headers of instances: it can be matched among the series or instances of " +
      "one study. plugins/dicomweb/README.md lists the attributes that can be matched everywhere.",
  );
}

function attributeOf(name: string): number {
  const tag = tagOf(name);
  if (tag !== undefined) return tag;
  const message =
    "A parameter is no attribute: a keyword or eight hex digits. Those inside of sequences are not offered.";
  throw badQuery(message);
}

/** PS3.4 C.2.2.2, by value representation; undefined for universal matching. */
function matchingOf(text: string, vr: string): ArchiveMatching | undefined {
  const value = text.trim();
  if (value.length > LONGEST_VALUE) throw badQuery(`A value is longer than ${LONGEST_VALUE} characters.`);
  if (value === "" || value === "*") return undefined;
  switch (vr) {
    case "SQ":
      throw badQuery("Attributes inside of sequences are not offered for matching.");
    case "UI":
      return uidList(value);
    case "DA":
      return range(value, /^\d{8}$/, "A date is YYYYMMDD, a range YYYYMMDD-YYYYMMDD.", (last) => last);
    case "TM":
      // a time that ends with minutes means all of the seconds
      return range(value, /^\d{2,6}(\.\d{1,6})?$/, "A time is HHMMSS, a range HHMM-HHMM.", (last) =>
        last.includes(".") ? last : `${last.padEnd(6, "9")}.999999`,
      );
    case "PN":
      // empty parts at the end may be left out or not
      return { kind: "wildcard", pattern: value.replace(/\^+$/, ""), ignoreCase: true };
    default:
      return /[*?]/.test(value)
        ? { kind: "wildcard", pattern: value, ignoreCase: false }
        : { kind: "any", values: [value] };
  }
}

function uidList(value: string): ArchiveMatching {
  const values = value.split(/[,\\]/).map((uid) => uid.trim());
  if (values.length <= MOST_UIDS && values.every(isUsableUid)) return { kind: "any", values };
  throw badQuery(`A UID is digits and dots, at most 64; in a list there are at most ${MOST_UIDS}.`);
}

function range(value: string, form: RegExp, message: string, end: (last: string) => string): ArchiveMatching {
  const [from = "", to, ...more] = value.split("-");
  const ends = [from, to ?? ""].filter((one) => one !== "");
  if (more.length > 0 || ends.length === 0 || !ends.every((one) => form.test(one))) throw badQuery(message);
  if (to === undefined) return { kind: "any", values: [from] };
  return { kind: "range", from: from || undefined, to: to === "" ? undefined : end(to) };
}

/** Of a study only what the database has; of series and instances anything in their headers. */
function includedBy(parameters: URLSearchParams, level: SearchLevel) {
  const names = parameters.getAll("includefield").flatMap((list) => list.split(","));
  const known = names.filter((name) => name !== "" && name !== "all").map(tagOf);
  const there = (tag: number | undefined) =>
    tag !== undefined && (level !== "studies" || STUDY_KEYS.has(tag) || STUDY_COUNTS.has(tag));
  const tags = new Set(known.filter((tag) => tag !== undefined));
  const warnings = known.every(there) ? [] : [IGNORED];
  return { tags: names.includes("all") ? ("all" as const) : tags, warnings };
}

function whole(parameters: URLSearchParams, name: string, least: number): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (number >= least) return number;
  throw badQuery(`${name} is a whole number from ${least} on.`);
}

const badQuery = (message: string): Refusal => new Refusal(400, "dicomweb.bad-query", message);
