// The route through de-identification: after the checks, before any order, once for each revision.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { StudyFormat } from "@thalamus/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../../test/support/fresh-database.ts";
import { connect } from "../database/database.ts";
import { JournalEntry } from "../database/entities/journal-entry.ts";
import { Order } from "../database/entities/order.ts";
import { Result } from "../database/entities/result.ts";
import { Step } from "../database/entities/step.ts";
import { Study } from "../database/entities/study.ts";
import { openLog } from "../observe/log.ts";
import { Route, type RoutePlan, setStatus } from "./route.ts";
import { StepQueue } from "./step-queue.ts";
import type { Phase, StepState } from "./step-state.ts";

const FORMATS: Readonly<Record<string, readonly StudyFormat[]>> = {
  local: ["dicom", "nifti"],
  look: ["dicom", "nifti"],
};
const plan: RoutePlan = {
  check: ["look"],
  deidentify: ["deid"],
  process: [{ plugin: "local", product: "near", params: {} }],
  deliver: [],
  products: new Map([["near", "local"]]),
  formats: (target) => FORMATS[target] ?? ["dicom"],
};
let orm: MikroORM;
let queue: StepQueue;
let route: Route;
beforeAll(async () => {
  const url = await freshDatabase();
  orm = await connect(url);
  queue = await StepQueue.open(
    url,
    ["look", "deid", "local", "pacs"],
    openLog({ level: "error", terminal: false }),
  );
  route = new Route(plan, queue);
});
afterAll(async () => {
  await queue.close();
  await orm.close();
});

async function begun(format: StudyFormat = "dicom", by = route): Promise<string> {
  const id = randomUUID();
  await orm.em.fork().transactional(async (em) => {
    em.create(Study, {
      id,
      studyInstanceUid: `2.25.${BigInt(`0x${id.replaceAll("-", "")}`)}`,
      format,
      stableAt: new Date(),
    });
    await em.flush();
    await by.begin(em, await em.findOneOrFail(Study, id, { refresh: true }));
  });
  return id;
}

/** As the ledger does it: the step's state, then what comes next. */
async function ended(study: string, phase: Phase, state: StepState): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    const row = await em.findOneOrFail(Study, study);
    const step = await em.findOneOrFail(Step, { study, phase, revision: row.revision });
    step.state = state;
    await em.flush();
    await route.advance(em, row);
  });
}

/** The order's processing ends with a result of this kind. */
async function processed(study: string, kind: "diagnostic" | "failure", by: Route): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    const order = await em.findOneOrFail(Order, { study });
    em.create(Result, { id: randomUUID(), order, kind, productId: "near", productVersion: "1" });
    const step = await em.findOneOrFail(Step, { study, phase: "process" });
    step.state = "done";
    await em.flush();
    await by.advance(em, await em.findOneOrFail(Study, study));
  });
}

async function seen(study: string) {
  const em = orm.em.fork();
  const steps = await em.find(Step, { study }, { orderBy: { createdAt: "asc" } });
  return {
    status: (await em.findOneOrFail(Study, study)).status,
    steps: steps.map(({ phase, state, revision }) => `${phase} ${state} ${revision}`),
    orders: await em.count(Order, { study }),
  };
}

describe("a route with de-identification", () => {
  test("A-071 goes on from check to copy to order, each only when the one before it is through", async () => {
    const study = await begun();
    expect(await seen(study)).toEqual({ status: "checking", steps: ["check ready 1"], orders: 0 });
    await ended(study, "check", "done");
    const steps = ["check done 1", "deidentify ready 1"];
    expect(await seen(study)).toEqual({ status: "deidentifying", steps, orders: 0 });
    await ended(study, "deidentify", "done");
    const { status, orders, steps: all } = await seen(study);
    expect([status, orders, all.at(-1)]).toEqual(["queued", 1, "process ready 1"]);
  });

  test.each<[StepState, string]>([
    ["held", "held"],
    ["cancelled", "cancelled"],
  ])("A-075 opens no order when the copy is %s", async (state, status) => {
    const study = await begun();
    await ended(study, "check", "done");
    await ended(study, "deidentify", state);
    expect(await seen(study)).toMatchObject({ status, orders: 0 });
  });

  test("A-075 A-195 orders that failed are there to be reported on when the copy is refused, and nothing is processed", async () => {
    const study = await begun();
    await ended(study, "check", "done");
    await ended(study, "deidentify", "rejected");
    const steps = ["check done 1", "deidentify rejected 1"];
    expect(await seen(study)).toEqual({ status: "failed", steps, orders: 1 });
    expect(await orm.em.fork().find(Order, { study })).toMatchObject([{ product: "near", status: "failed" }]);
  });

  test("makes no copy of a study that a check holds", async () => {
    const study = await begun();
    await ended(study, "check", "held");
    expect(await seen(study)).toEqual({ status: "held", steps: ["check held 1"], orders: 0 });
  });

  test("makes a copy of the new revision when late images overtake the old one", async () => {
    const study = await begun();
    await ended(study, "check", "done");
    await orm.em.fork().transactional(async (em) => {
      const row = await em.findOneOrFail(Study, study);
      await route.supersede(em, row);
      row.revision = 2;
      await setStatus(em, row, "receiving");
      await route.begin(em, row);
    });
    await ended(study, "check", "done");
    const { status, steps } = await seen(study);
    expect(status).toBe("deidentifying");
    expect(steps).toEqual(["check done 1", "deidentify cancelled 1", "check done 2", "deidentify ready 2"]);
  });

  test("A-070 passes a NIfTI study by, and the journal tells that it did", async () => {
    const study = await begun("nifti");
    await ended(study, "check", "done");
    expect(await seen(study)).toMatchObject({
      orders: 1,
      steps: expect.arrayContaining(["deidentify skipped 1"]),
    });
    const entries = await orm.em
      .fork()
      .find(JournalEntry, { studyId: study, event: "study.passed-without-deidentification" });
    expect(entries).toMatchObject([{ detail: { target: "deid", phase: "deidentify", reason: "format" } }]);
  });

  test("that has none goes from check to order as before", async () => {
    const local = new Route({ ...plan, check: [], deidentify: [] }, queue);
    const study = await begun("dicom", local);
    expect(await seen(study)).toEqual({ status: "queued", steps: ["process ready 1"], orders: 1 });
  });
});

describe("what comes back", () => {
  const short = { ...plan, check: [], deidentify: [] };
  test.each([
    ["A-192 a result goes nowhere where no destination is named", { deliver: [] }, "diagnostic", []],
    ["A-196 a failure report goes where results go", { deliver: ["pacs"] }, "failure", ["pacs"]],
    [
      "A-196 a failure report goes nowhere where the site wants it so",
      { deliver: ["pacs"], deliverFailures: [] },
      "failure",
      [],
    ],
    [
      "A-196 and the result does all the same",
      { deliver: ["pacs"], deliverFailures: [] },
      "diagnostic",
      ["pacs"],
    ],
  ] as const)("%s", async (_title, destinations, kind, targets) => {
    const by = new Route({ ...short, ...destinations }, queue);
    const study = await begun("dicom", by);
    await processed(study, kind, by);
    const steps = await orm.em.fork().find(Step, { study, phase: "deliver" });
    expect(steps.map(({ target }) => target)).toEqual(targets);
  });
});
