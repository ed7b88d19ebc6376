// The guard against wrong patients: every combination of order, study and pseudonym, of which one is right.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { journalMismatch, matchResult, type ResultClaim, ResultMismatch } from "./match-result.ts";
import { VaultSite } from "./testing/vault-site.ts";

interface Sent {
  readonly study: StudyRow;
  readonly order: string;
  readonly uid: string;
  readonly pseudonym: string;
}

let site: VaultSite;
let mine: Sent;
let others: Sent;
beforeAll(async () => {
  site = await VaultSite.open();
  [mine, others] = [await sent(), await sent()];
});
afterAll(() => site.close());

async function sent(): Promise<Sent> {
  const study = await site.study();
  const step = await site.claimed(study);
  const copy = site.copy(step);
  await site.keep(step, copy);
  const order = await site.order(study);
  return { study, order, uid: copy.studyInstanceUid, pseudonym: copy.patientPseudonym };
}

const match = (claim: ResultClaim) => matchResult(site.orm.em.fork(), claim);
const whose = ["mine", "others"] as const;
const all = whose.flatMap((order) =>
  whose.flatMap((uid) => whose.map((patient) => ({ order, uid, patient }))),
);
const of = (name: (typeof whose)[number]): Sent => (name === "mine" ? mine : others);

describe("a result from outside", () => {
  test.each(all)("with the order of $order, the study of $uid and the patient of $patient", async (one) => {
    const { order, study } = of(one.order);
    const claim = {
      orderId: order,
      studyInstanceUid: of(one.uid).uid,
      patientPseudonym: of(one.patient).pseudonym,
    };
    if (one.order === one.uid && one.order === one.patient) {
      expect(await match(claim)).toMatchObject({ studyId: study.id, revision: 1 });
      return;
    }
    const error = await match(claim).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(ResultMismatch);
    expect(error).toMatchObject({ code: "result.wrong-patient" });
    const wrong = [one.uid === one.order ? [] : "study", one.patient === one.order ? [] : "patient"].flat();
    expect((error as ResultMismatch).detail).toMatchObject({ wrong });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain(of(one.patient).pseudonym);
  });

  test.each([
    ["for an order that is not there", { orderId: randomUUID() }, "result.unknown-order"],
    [
      "with the UID of the study as it was received",
      { studyInstanceUid: "received" },
      "result.wrong-patient",
    ],
    ["with nothing but blanks", { studyInstanceUid: "", patientPseudonym: " " }, "result.wrong-patient"],
    ["with the pseudonym in another spelling", { patientPseudonym: "spelling" }, "result.wrong-patient"],
  ])("%s is refused", async (_, wrong, code) => {
    const right = { orderId: mine.order, studyInstanceUid: mine.uid, patientPseudonym: mine.pseudonym };
    const claim = { ...right, ...wrong };
    if (claim.studyInstanceUid === "received") claim.studyInstanceUid = mine.study.studyInstanceUid;
    if (claim.patientPseudonym === "spelling") claim.patientPseudonym = mine.pseudonym.toLowerCase();
    await expect(match(claim)).rejects.toMatchObject({ code });
  });

  test("for a study that was never de-identified is refused, whatever it says", async () => {
    const orderId = await site.order(await site.study());
    const claim = { orderId, studyInstanceUid: mine.uid, patientPseudonym: mine.pseudonym };
    await expect(match(claim)).rejects.toMatchObject({ code: "result.no-copy" });
  });

  test("for an earlier revision is the patient's of that revision, after the patient ID was corrected", async () => {
    const { study, order, uid, pseudonym } = await sent();
    await site.orm.em.fork().nativeUpdate(Study, study.id, { patientId: "CORRECTED", revision: 2 });
    const step = await site.claimed(study, 2);
    const copy = site.copy(step, { patientPseudonym: "P-corrected" });
    await site.keep(step, copy);
    const later = await site.order(study, 2);
    const claim = { orderId: order, studyInstanceUid: uid, patientPseudonym: pseudonym };
    expect(await match(claim)).toMatchObject({ revision: 1 });
    await expect(match({ ...claim, orderId: later })).rejects.toMatchObject({
      detail: { wrong: ["patient"] },
    });
    expect(await match({ ...claim, orderId: later, patientPseudonym: "P-corrected" })).toMatchObject({
      revision: 2,
    });
  });

  test("that is refused is journalled with ids and codes only", async () => {
    const claim = { orderId: mine.order, studyInstanceUid: mine.uid, patientPseudonym: others.pseudonym };
    const refused = (await match(claim).catch((error: unknown) => error)) as ResultMismatch;
    const stepId = randomUUID();
    await journalMismatch(site.orm.em.fork(), stepId, refused);
    const entry = await site.orm.em.fork().findOneOrFail(JournalEntry, { stepId });
    expect(entry).toMatchObject({ event: "result.refused", studyId: mine.study.id });
    expect(entry.detail).toEqual({
      ...{ code: "result.wrong-patient", order: mine.order, revision: 1, wrong: ["patient"] },
    });
  });
});
