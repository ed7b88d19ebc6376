// Studies as lines of CSV, a few hundred at a time; what identifies patients only when it was asked for.
import type { EntityManager } from "@mikro-orm/postgresql";
import { csvLine } from "../files/csv-line.ts";
import { type StudyFilter, studyCondition } from "./study-filter.ts";
import { linesOf, type StudyLine } from "./study-list.ts";

const AT_ONCE = 500;

type Column = readonly [head: string, value: (line: StudyLine) => unknown];

const COLUMNS: readonly Column[] = [
  ["study", ({ study }) => study.id],
  ["received", ({ study }) => study.receivedAt],
  ["stable", ({ study }) => study.stableAt],
  ["source", ({ study }) => study.callingAe],
  ["format", ({ study }) => study.format],
  ["modalities", ({ study }) => study.modalities.join(" ")],
  ["series", ({ study }) => study.seriesCount],
  ["images", ({ study }) => study.instanceCount],
  ["bytes", ({ study }) => study.bytes],
  ["revision", ({ study }) => study.revision],
  ["status", ({ study }) => study.status],
  ["status_since", ({ study }) => study.statusSince],
  ["qc", ({ study }) => study.qc],
  ["products", ({ products }) => products.join(" ")],
  ["group", ({ study }) => study.group?.id],
  ["result", ({ resultId }) => resultId],
];

const OF_PATIENTS: readonly Column[] = [
  ["study_name", ({ study }) => study.studyName],
  ["patient_name", ({ study }) => study.patientName],
  ["patient_id", ({ study }) => study.patientId],
  ["accession_number", ({ study }) => study.accessionNumber],
];

/** Newest first. What comes while it runs is not in it. */
export async function* studiesAsCsv(
  em: EntityManager,
  filter: StudyFilter,
  withPatients: boolean,
): AsyncGenerator<string> {
  const columns = withPatients ? [...COLUMNS, ...OF_PATIENTS] : COLUMNS;
  yield csvLine(columns.map(([head]) => head));
  const { sql, values } = studyCondition(filter);
  let place = { at: "infinity", id: LAST_ID };
  for (;;) {
    // the time as text: a Date of JavaScript has no microseconds, and rows between two would be left out
    const rows = await em.execute<{ id: string; at: string }[]>(
      `select s.id, s.received_at::text as at from study s
        where ${sql} and (s.received_at, s.id) < (?::timestamptz, ?::uuid)
        order by s.received_at desc, s.id desc limit ${AT_ONCE}`,
      [...values, place.at, place.id],
    );
    const last = rows.at(-1);
    if (!last) return;
    const ids = rows.map(({ id }) => id);
    for (const line of await linesOf(em.fork(), ids)) yield csvLine(columns.map(([, value]) => value(line)));
    place = last;
  }
}

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
