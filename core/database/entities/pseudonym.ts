// The vault: which patient and which study a pseudonym stands for; whose it is can only be read with the site's secret.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const PatientPseudonym = defineEntity({
  name: "PatientPseudonym",
  tableName: "patient_pseudonym",
  properties: {
    id: p.uuid().primary(),
    /** HMAC-SHA-256 of patient ID and its issuer with a key of the site; lower-case hex. */
    patientKey: p.character().length(64).unique(),
    /** PatientID (0010,0020) of every copy. */
    pseudonym: p.string().length(64).unique(),
    /** The patient's identity, sealed. */
    sealed: p.text(),
    /** Of the secret that the row was made and sealed with. */
    keyId: p.character().length(16),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

export const StudyPseudonym = defineEntity({
  name: "StudyPseudonym",
  tableName: "study_pseudonym",
  properties: {
    id: p.uuid().primary(),
    /** HMAC-SHA-256 of the StudyInstanceUID that was received, with a key of the site; lower-case hex. */
    studyKey: p.character().length(64).unique(),
    /** StudyInstanceUID (0020,000D) of every copy. */
    studyInstanceUid: p.string().length(64).unique(),
    /** The study's own numbers, sealed. */
    sealed: p.text(),
    keyId: p.character().length(16),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

/** The secret this site works with; one row. */
export const SiteKey = defineEntity({
  name: "SiteKey",
  tableName: "site_key",
  properties: {
    one: p.boolean().primary().default(true),
    keyId: p.character().length(16),
    since: p.datetime(6).defaultRaw("now()"),
  },
});

export type PatientPseudonymRow = InferEntity<typeof PatientPseudonym>;
export type StudyPseudonymRow = InferEntity<typeof StudyPseudonym>;
