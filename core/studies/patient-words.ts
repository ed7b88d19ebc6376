// The words that a patient is found by: parts of the name, patient ID, accession number, study name and study ID.

/** Longer values are no names; and a word of more than 2,046 bytes is one that no index takes. */
const LONGEST = 200;

const FIELDS = ["patient_name", "patient_id", "accession_number", "study_name", "study_id"];

/** Everything that is neither letter nor digit stands between words, as `^` does in a DICOM name. */
const wordsOf = (text: string): string =>
  `array_remove(regexp_split_to_array(lower(${text}), '[^[:alnum:]]+'), '')`;

/** SQL over a row of study. It stands in an index, so a change of it needs a migration. */
export const PATIENT_WORDS = `array_to_tsvector(${wordsOf(
  FIELDS.map((field) => `left("${field}", ${LONGEST})`).join(" || ' ' || "),
)})`;

/** SQL with one parameter, what a person typed: all of its words must be beginnings of words of the study. */
export const WANTED_WORDS = `(select string_agg('''' || word || ''':*', ' & ')::tsquery from unnest(${wordsOf("?")}) as word)`;
