// The vault: one pseudonym for each patient and study, nobody else's, and readable with the site's secret only.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PatientPseudonym, StudyPseudonym } from "../database/entities/pseudonym.ts";
import type { StudyRow } from "../database/entities/study.ts";
import { VaultSite } from "./testing/vault-site.ts";

let site: VaultSite;
beforeAll(async () => {
  site = await VaultSite.open();
});
afterAll(() => site.close());

let uids = 0;
const record = (study: StudyRow, patientPseudonym: string, studyInstanceUid = `2.25.${++uids}`) =>
  site.orm.em
    .fork()
    .transactional((em) => site.vault.record(em, study, { patientPseudonym, studyInstanceUid }));

describe("the vault", () => {
  test("A-093 knows a patient and a study again, on another run and from another study", async () => {
    const patientId = randomUUID();
    const [one, two] = [await site.study({ patientId }), await site.study({ patientId: ` ${patientId} ` })];
    const first = await record(one, "P-again", "2.25.900");
    expect(await record(one, "P-again", "2.25.900")).toEqual(first);
    const second = await record(two, "P-again");
    expect(second.patient).toBe(first.patient);
    expect(second.pseudonym).not.toBe(first.pseudonym);
  });

  test("keeps patients apart whose IDs are alike but come from different issuers", async () => {
    const patientId = randomUUID();
    const north = await site.study({ patientId, issuerOfPatientId: "NORTH" });
    const south = await site.study({ patientId, issuerOfPatientId: "SOUTH" });
    const { patient } = await record(north, "P-north");
    expect((await record(south, "P-south")).patient).not.toBe(patient);
  });

  test("takes nobody for another just because both have no ID", async () => {
    const [one, two] = [await site.study({}), await site.study({ patientId: "  " })];
    const { patient } = await record(one, "P-nobody-1");
    expect((await record(two, "P-nobody-2")).patient).not.toBe(patient);
    await expect(record(two, "P-nobody-1")).rejects.toMatchObject({ code: "vault.patient-conflict" });
  });

  test("refuses a second pseudonym for a patient, and a pseudonym that is another patient's", async () => {
    const [one, two] = [await site.study(), await site.study()];
    await record(one, "P-one", "2.25.910");
    await record(two, "P-two");
    await expect(record(one, "P-new", "2.25.910")).rejects.toMatchObject({ code: "vault.patient-conflict" });
    const refused = record(two, "P-one");
    await expect(refused).rejects.toMatchObject({ code: "vault.patient-conflict" });
    await expect(refused).rejects.not.toThrow(/P-one|P-two/);
  });

  test("refuses a second UID for a study, and a UID that is another study's", async () => {
    const [one, two] = [await site.study(), await site.study()];
    await record(one, "P-uid-1", "2.25.920");
    await expect(record(one, "P-uid-1", "2.25.921")).rejects.toMatchObject({ code: "vault.study-conflict" });
    await expect(record(two, "P-uid-2", "2.25.920")).rejects.toMatchObject({ code: "vault.study-conflict" });
    // the whole record failed, so the second patient is not there either
    expect(await site.orm.em.fork().count(PatientPseudonym, { pseudonym: "P-uid-2" })).toBe(0);
  });

  test("gives one row to several hubs that record the same patient at once", async () => {
    const patientId = randomUUID();
    const studies = await Promise.all(Array.from({ length: 6 }, () => site.study({ patientId })));
    const entries = await Promise.all(studies.map((study) => record(study, "P-race")));
    expect(new Set(entries.map(({ patient }) => patient)).size).toBe(1);
  });

  test("holds no value in the clear, and opens with the site's secret", async () => {
    const study = await site.study({ patientId: "CANARY-7", patientName: "CANARY^CARL" });
    const { patient, pseudonym } = await record(study, "P-sealed");
    const em = site.orm.em.fork();
    const row = await em.findOneOrFail(PatientPseudonym, patient);
    const about = await em.findOneOrFail(StudyPseudonym, pseudonym);
    expect(JSON.stringify([row, about])).not.toMatch(new RegExp(`CANARY|${study.studyInstanceUid}`));
    const { sealer } = site.secret;
    const place = { table: "patient_pseudonym", row: patient, column: "sealed" };
    expect(JSON.parse(sealer.open(row.sealed, place))).toMatchObject({ patientId: "CANARY-7" });
    const other = { table: "study_pseudonym", row: pseudonym, column: "sealed" };
    expect(JSON.parse(sealer.open(about.sealed, other))).toMatchObject({
      studyInstanceUid: study.studyInstanceUid,
    });
  });

  test("records nothing when another hub of the site works with another secret by now", async () => {
    const study = await site.study();
    const em = site.orm.em.fork();
    const { keyId } = site.secret.keys;
    await em.execute("update site_key set key_id = '0000000000000000'");
    await expect(record(study, "P-late")).rejects.toMatchObject({ code: "vault.key-changed" });
    await em.execute("update site_key set key_id = ?", [keyId]);
    await record(study, "P-late");
  });
});
