// Finds studies by what identifies their patient; who asked is journalled, what was typed is kept nowhere.
import type { EntityManager } from "@mikro-orm/postgresql";
import { journal } from "../observe/journal.ts";
import { PATIENT_WORDS, WANTED_WORDS } from "./patient-words.ts";

/** More than these nobody looks through. */
export const MOST_FOUND = 100;

/** What is being received is not in the index: it changes several times a second, and there is little of it. */
const STATEMENT = `
  select id, received_at from study where status <> 'receiving' and ${PATIENT_WORDS} @@ ${WANTED_WORDS}
  union all
  select id, received_at from study where status = 'receiving' and ${PATIENT_WORDS} @@ ${WANTED_WORDS}
  order by received_at desc, id desc limit ${MOST_FOUND + 1}`;

export interface PatientFound {
  /** Newest first. */
  readonly ids: string[];
  /** There are more than are told. */
  readonly more: boolean;
}

/**
 * @param text words of a name, or the beginning of a patient ID, an accession number or a study name
 * @param why where the site wants a reason
 */
export async function findPatient(
  em: EntityManager,
  text: string,
  actor: string,
  why: { readonly reason?: string } = {},
): Promise<PatientFound> {
  const rows = await em.execute<{ id: string }[]>(STATEMENT, [text, text]);
  const ids = rows.slice(0, MOST_FOUND).map(({ id }) => id);
  const detail = { found: ids.length, studies: ids, ...why };
  await journal(em, { event: "patient.searched", actor, detail });
  return { ids, more: rows.length > MOST_FOUND };
}
