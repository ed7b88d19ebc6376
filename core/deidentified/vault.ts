// The pseudonym vault: one pseudonym for each patient and each study of the site, and nobody else's.
import { createHmac, type KeyObject, randomUUID } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { type NewDeidentifiedStudy, Permanent } from "@thalamus/sdk";
import type { StudyRow } from "../database/entities/study.ts";
import { OWN_PURPOSE } from "../secrets/site-keys.ts";
import { recordedKeyId, type SiteSecret } from "../secrets/site-secret.ts";

/** Rows of the vault that a copy belongs to. */
export interface VaultEntry {
  readonly patient: string;
  readonly pseudonym: string;
}

type Names = Pick<NewDeidentifiedStudy, "studyInstanceUid" | "patientPseudonym">;

/** One kind of pseudonym: its table, and the columns that must belong to each other. */
interface Book {
  readonly table: string;
  readonly key: string;
  readonly name: string;
  readonly code: string;
  readonly what: string;
}

const PATIENTS: Book = {
  table: "patient_pseudonym",
  key: "patient_key",
  name: "pseudonym",
  code: "vault.patient-conflict",
  what: "patient",
};
const STUDIES: Book = {
  table: "study_pseudonym",
  key: "study_key",
  name: "study_instance_uid",
  code: "vault.study-conflict",
  what: "study",
};

export class PseudonymVault {
  readonly #secret: SiteSecret;
  readonly #patientKey: KeyObject;
  readonly #studyKey: KeyObject;

  constructor(secret: SiteSecret) {
    this.#secret = secret;
    this.#patientKey = secret.keys.hmacKey(`${OWN_PURPOSE}vault-patient`);
    this.#studyKey = secret.keys.hmacKey(`${OWN_PURPOSE}vault-study`);
  }

  /**
   * Puts the pseudonyms of a copy on record, or finds that they are. The caller's transaction keeps them with the copy.
   * @throws Permanent when the patient or the study has another pseudonym already, or the pseudonym another owner; or
   * when the site's secret was changed by another hub
   */
  async record(em: EntityManager, study: StudyRow, names: Names): Promise<VaultEntry> {
    if ((await recordedKeyId(em)) !== this.#secret.keys.keyId) {
      throw new Permanent(
        "vault.key-changed",
        "This hub works with another secret than the site has by now.",
      );
    }
    // patients before studies, so that nobody waits in a circle
    const patient = await this.#record(em, PATIENTS, this.#keyOfPatient(study), names.patientPseudonym, {
      patientId: study.patientId,
      issuerOfPatientId: study.issuerOfPatientId,
      patientName: study.patientName,
      patientBirthDate: study.patientBirthDate,
    });
    const pseudonym = await this.#record(em, STUDIES, this.#keyOfStudy(study), names.studyInstanceUid, {
      studyInstanceUid: study.studyInstanceUid,
      accessionNumber: study.accessionNumber,
      studyId: study.studyId,
      studyDate: study.studyDate,
    });
    return { patient, pseudonym };
  }

  /** Of somebody without an ID nothing tells that two studies are one patient's, so the study stands for the patient. */
  #keyOfPatient({ patientId, issuerOfPatientId, studyInstanceUid }: StudyRow): string {
    const id = patientId.trim();
    const who = id === "" ? ["study", studyInstanceUid] : ["patient", id, issuerOfPatientId.trim()];
    return createHmac("sha256", this.#patientKey).update(JSON.stringify(who)).digest("hex");
  }

  #keyOfStudy({ studyInstanceUid }: StudyRow): string {
    return createHmac("sha256", this.#studyKey).update(studyInstanceUid).digest("hex");
  }

  async #record(
    em: EntityManager,
    book: Book,
    key: string,
    name: string,
    identity: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { table, code, what } = book;
    const id = randomUUID();
    const { sealer } = this.#secret;
    const sealed = sealer.seal(JSON.stringify(identity), { table, row: id, column: "sealed" });
    await em.execute(
      `insert into ${table} (id, ${book.key}, ${book.name}, sealed, key_id) values (?, ?, ?, ?, ?)
         on conflict do nothing`,
      [id, key, name, sealed, sealer.keyId],
    );
    const rows = await em.execute<{ id: string; same: boolean }[]>(
      `select id, ${book.key} = ? and ${book.name} = ? as same from ${table} where ${book.key} = ? or ${book.name} = ?`,
      [key, name, key, name],
    );
    const [row] = rows;
    if (rows.length === 1 && row?.same) return row.id;
    throw new Permanent(
      code,
      `The ${what} has another pseudonym at this site, or the pseudonym belongs to another.`,
    );
  }
}
