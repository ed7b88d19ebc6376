// Turns the conditions of a search into SQL; values only ever travel as parameters.
import type { ArchiveCondition, ArchiveKey, ArchiveMatching } from "@thalamus/sdk";

/** A piece of SQL with `?` for each of its parameters. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** Columns of the table study, as `s`. */
const STUDY_COLUMNS = {
  studyInstanceUid: "s.study_instance_uid",
  patientName: "s.patient_name",
  patientId: "s.patient_id",
  issuerOfPatientId: "s.issuer_of_patient_id",
  patientBirthDate: "s.patient_birth_date",
  patientSex: "s.patient_sex",
  patientAge: "s.patient_age",
  accessionNumber: "s.accession_number",
  studyId: "s.study_id",
  studyDate: "s.study_date",
  studyTime: "s.study_time",
  studyDescription: "s.study_description",
  referringPhysicianName: "s.referring_physician_name",
} as const;

/** Columns of the newest row of each instance, as `i`. */
const INSTANCE_COLUMNS = {
  seriesInstanceUid: "i.series_instance_uid",
  modality: "i.modality",
  sopInstanceUid: "i.sop_instance_uid",
  sopClassUid: "i.sop_class_uid",
} as const;

const COLUMNS: Readonly<Partial<Record<ArchiveKey, string>>> = { ...STUDY_COLUMNS, ...INSTANCE_COLUMNS };
const isInstanceKey = (key: ArchiveKey): boolean => key in INSTANCE_COLUMNS;

/** Of value representation PN: alphabetic, ideographic and phonetic form, each of up to five parts. */
const NAMES: ReadonlySet<ArchiveKey> = new Set(["patientName", "referringPhysicianName"]);

/**
 * NIfTI studies are none that DICOM knows, so nobody finds them. Those of cloud orders are their organisations' and not
 * the site's: whoever searches the archive does not see them.
 */
export const IS_IN_ARCHIVE = "s.format = 'dicom' and s.owner = ''";

export function studyConditions(conditions: readonly ArchiveCondition[]): Sql {
  return all([
    { text: IS_IN_ARCHIVE, parameters: [] },
    ...conditions.filter(({ key }) => !isInstanceKey(key)).map(sqlOf),
  ]);
}

/** @returns `true` for no conditions */
export function instanceConditions(conditions: readonly ArchiveCondition[]): Sql {
  return all(conditions.filter(({ key }) => isInstanceKey(key)).map(sqlOf));
}

function all(parts: readonly Sql[]): Sql {
  if (parts.length === 0) return { text: "true", parameters: [] };
  return {
    text: parts.map(({ text }) => `(${text})`).join(" and "),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

function sqlOf({ key, matching }: ArchiveCondition): Sql {
  if (key === "modalitiesInStudy") {
    const { text, parameters } = compare("m", matching);
    return { text: `exists (select 1 from unnest(s.modalities) m where ${text})`, parameters };
  }
  const column = COLUMNS[key] ?? "";
  if (!NAMES.has(key)) return compare(column, matching);
  // empty parts at the end of a name may be left out or not (PS3.5 6.2.1.1)
  const forms = [1, 2, 3].map((form) => compare(`rtrim(split_part(${column}, '=', ${form}), '^')`, matching));
  const whole = [compare(column, matching), ...forms];
  return {
    text: whole.map(({ text }) => text).join(" or "),
    parameters: whole.flatMap(({ parameters }) => parameters),
  };
}

function compare(expression: string, matching: ArchiveMatching): Sql {
  switch (matching.kind) {
    case "any": {
      const places = matching.values.map(() => "?").join(", ");
      return { text: `${expression} in (${places})`, parameters: matching.values };
    }
    case "wildcard": {
      const operator = matching.ignoreCase ? "ilike" : "like";
      return { text: `${expression} ${operator} ?`, parameters: [likePattern(matching.pattern)] };
    }
    case "range": {
      // an unknown date is in no range
      const parts: Sql[] = [{ text: `${expression} <> ''`, parameters: [] }];
      const { from, to } = matching;
      if (from !== undefined) parts.push({ text: `${expression} collate "C" >= ?`, parameters: [from] });
      if (to !== undefined) parts.push({ text: `${expression} collate "C" <= ?`, parameters: [to] });
      return all(parts);
    }
  }
}

/** PS3.4 C.2.2.2.4 in the words of SQL. */
function likePattern(pattern: string): string {
  return pattern
    .replaceAll(/[\\%_]/g, (character) => `\\${character}`)
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}
