// What a plugin that sends studies out is given of its step: the copy, or nothing.
import { randomUUID } from "node:crypto";
import type { OutboundFactName, OutboundStep } from "@thalamus/sdk";
import { DeidentifiedStudy } from "@thalamus/sdk/host";
import { memoBook } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Instance } from "../database/entities/instance.ts";
import { Step } from "../database/entities/step.ts";
import type { StudyRow } from "../database/entities/study.ts";
import { VaultSite } from "../deidentified/testing/vault-site.ts";
import type { ClaimedStep } from "./step-claim.ts";
import { viewStep } from "./step-view.ts";
import { viewStudy } from "./study-view.ts";

let site: VaultSite;
let study: StudyRow;
let step: ClaimedStep;
beforeAll(async () => {
  site = await VaultSite.open();
  study = await site.study({ patientId: "CANARY-1", patientName: "CANARY^CARL" });
  step = await processStep(study);
});
afterAll(() => site.close());

async function processStep(of: StudyRow): Promise<ClaimedStep> {
  const order = await site.order(of);
  const em = site.orm.em.fork();
  const id = randomUUID();
  em.create(Step, {
    ...{ id, study: of.id, revision: 1, phase: "process", target: "courier", order },
    ...{ state: "claimed", claimToken: randomUUID(), hubId: randomUUID() },
  });
  await em.flush();
  return (await site.orm.em.fork().findOneOrFail(Step, id)) as ClaimedStep;
}

const handle = {
  ...{ signal: AbortSignal.timeout(60_000), acting: async () => {}, progress: () => {} },
  ...memoBook().parts,
};
const view = (row: ClaimedStep, tells: readonly OutboundFactName[] = []) =>
  viewStep({ ...site, reader: "outbound", tells }, row, handle);

describe("a step that sends a study out", () => {
  test("is not given at all while there is no copy of the study", async () => {
    await expect(view(step)).rejects.toMatchObject({ code: "step.not-deidentified" });
  });

  test("A-072 shows the copy's own names and files, and nothing of the patient", async () => {
    const deidentify = await site.claimed(study);
    const copy = site.copy(deidentify);
    await site.keep(deidentify, copy);
    const seen = (await view(step)) as OutboundStep;
    expect(seen.study).toBeInstanceOf(DeidentifiedStudy);
    expect(seen.study).toMatchObject({ id: deidentify.id, revision: 1, format: "dicom" });
    expect(seen.study.studyInstanceUid).toBe(copy.studyInstanceUid);
    expect(seen.study.patientPseudonym).toBe(copy.patientPseudonym);
    const files = await seen.study.instances();
    expect(files.map(({ sha256 }) => sha256).toSorted()).toEqual(
      copy.files.map(({ sha256 }) => sha256).toSorted(),
    );
    for (const { path } of [...files, seen.study.manifest])
      expect(path.startsWith(`${site.trees.deidentified}/`)).toBe(true);
    const all = JSON.stringify({ ...seen, id: seen.study.id, files, order: seen.order });
    for (const secret of ["CANARY", study.id, study.studyInstanceUid, site.trees.received])
      expect(all).not.toContain(secret);
  });

  test("is not given for a revision that has no copy, even if an older one has", async () => {
    const later = { ...step, revision: 2 } as ClaimedStep;
    await expect(view(later)).rejects.toMatchObject({ code: "step.not-deidentified" });
  });

  test("gets no received file even from a view that somebody made by mistake", async () => {
    await site.orm.em.fork().insert(Instance, {
      ...{
        study: study.id,
        revision: 1,
        seriesInstanceUid: "1.2",
        sopInstanceUid: "1.2.3",
        sopClassUid: "1.2",
      },
      ...{ transferSyntaxUid: "1.2", sha256: "0".repeat(64), bytes: 1, path: "ab/c.dcm" },
      ...{ callingAe: "", calledAe: "", remoteAddress: "" },
    });
    const inside = viewStudy({ ...site, reader: "inside" }, study, 1);
    expect(await inside.instances()).toHaveLength(1);
    const mistaken = viewStudy({ ...site, reader: "outbound" }, study, 1);
    await expect(mistaken.instances()).rejects.toThrow("received files is closed");
  });
});
