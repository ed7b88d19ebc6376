// What may be said of a patient beside the copy: the facts a site lets out by its settings, and no others.
import type { MikroORM } from "@mikro-orm/postgresql";
import { type OutboundFactName, type OutboundFacts, Phi, Transient } from "@thalamus/sdk";
import { ageInYears, ageString, sexCode, yearsBetween } from "@thalamus/sdk/quality";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { journal } from "../observe/journal.ts";

/** Older ones count as this old (45 CFR 164.514(b)(2)(i)(C)). */
const OLDEST = 90;
/** VR SH (PS3.5 6.2) has 16; some systems write more. */
const LONGEST_ACCESSION = 64;

/**
 * Reads the facts that the plugin named. Which of them were handed out is journalled, never what they say.
 * @throws Transient when the database is away
 */
export async function tellFacts(
  orm: MikroORM,
  step: { readonly id: string; readonly study: { readonly id: string }; readonly target: string },
  names: readonly OutboundFactName[],
): Promise<Phi<OutboundFacts>> {
  try {
    return await orm.em.fork().transactional(async (em) => {
      const study = await em.findOneOrFail(Study, step.study.id);
      const all = Object.entries(factsOf(study)).filter(([, value]) => value !== undefined);
      const told = all.filter(([name]) => names.includes(name as OutboundFactName));
      const facts = told.map(([name]) => name);
      const line = { event: "study.facts-told", studyId: study.id, stepId: step.id };
      // a try that found nobody tells them once more: that is no news
      const isKnown = facts.length === 0 || (await em.count(JournalEntry, line)) > 0;
      if (!isKnown) await journal(em, { ...line, detail: { target: step.target, facts } });
      return new Phi(Object.fromEntries(told) as OutboundFacts);
    });
  } catch {
    throw new Transient("step.unreadable", "What may be said of the study could not be read.");
  }
}

/** Every fact there is a name for. */
export function factsOf(
  study: Pick<StudyRow, "patientAge" | "patientSex" | "patientBirthDate" | "studyDate" | "accessionNumber">,
): Record<OutboundFactName, string | undefined> {
  const accession = study.accessionNumber.trim();
  const isShown = accession !== "" && accession.length <= LONGEST_ACCESSION;
  return {
    patientAge: ageOf(study),
    patientSex:
      sexCode(study.patientSex) ?? (study.patientSex.trim().toUpperCase() === "O" ? "O" : undefined),
    accessionNumber: isShown ? accession : undefined,
  };
}

function ageOf(study: Pick<StudyRow, "patientAge" | "patientBirthDate" | "studyDate">): string | undefined {
  const written = study.patientAge.trim() === "" ? undefined : ageString(study.patientAge);
  const counted = yearsBetween(study.patientBirthDate, study.studyDate);
  const age = written ?? (counted === undefined ? undefined : ageString(counted));
  if (age === undefined) return undefined;
  return (ageInYears(age) ?? 0) >= OLDEST ? `0${OLDEST}Y` : age;
}
