// Writes an age or a sex that a person corrected to a study that waits: it counts more than what the files say.
import { LockMode } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/postgresql";
import { ageString, sexCode } from "@thalamus/sdk/quality";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { QualityRefusal } from "./quality-refusal.ts";

/** As it was typed. */
export interface Correction {
  readonly patientAge?: string;
  readonly patientSex?: string;
}

/** Later the values have gone into a result already; then the study is uploaded again with the right ones. */
const WHILE: readonly StudyRow["status"][] = ["receiving", "checking", "held"];

/**
 * Stores the values in standard form; who changed which field is journalled, the values are not.
 * @throws QualityRefusal for a value in no form that is taken, and for a study that went on
 */
export async function correctDemographics(
  orm: MikroORM,
  studyId: string,
  actor: string,
  given: Correction,
): Promise<void> {
  const values = readCorrection(given);
  const fields = Object.keys(values);
  await orm.em.fork().transactional(async (em) => {
    const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!study) throw new QualityRefusal("api.not-found", "There is no such study.", "not-found");
    if (!WHILE.includes(study.status)) {
      const message =
        "Age and sex can be corrected until the checks have passed. Upload the study with them again.";
      throw new QualityRefusal("qc.study-went-on", message);
    }
    Object.assign(study, values);
    const from = Object.fromEntries(fields.map((field) => [field, "correction" as const]));
    study.valuesFrom = { ...study.valuesFrom, ...from };
    await em.flush();
    await journal(em, { event: "study.demographics-corrected", studyId, actor, detail: { fields } });
    const patch = { status: study.status };
    await announce(em, { resource: "study", id: studyId, kind: "updated", studyId, patch });
  });
}

function readCorrection({
  patientAge,
  patientSex,
}: Correction): Partial<Record<"patientAge" | "patientSex", string>> {
  const age = patientAge === undefined ? undefined : ageString(patientAge);
  const sex = patientSex === undefined ? undefined : sexCode(patientSex);
  if (patientAge !== undefined && age === undefined) throw invalid("age", "048Y, 48, 6M, or 90+");
  if (patientSex !== undefined && sex === undefined) throw invalid("sex", "M or F");
  return {
    ...(age === undefined ? {} : { patientAge: age }),
    ...(sex === undefined ? {} : { patientSex: sex }),
  };
}

/** The value itself is not repeated: it identifies a patient. */
const invalid = (what: string, forms: string) =>
  new QualityRefusal("qc.value-invalid", `The ${what} is not in a form that is taken: ${forms}.`, "invalid");
