// Acts on many studies and results at once: cancel, try again, ZIP, table, sending again what did not arrive.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../core/database/database.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Order } from "../../core/database/entities/order.ts";
import { Result } from "../../core/database/entities/result.ts";
import { Step } from "../../core/database/entities/step.ts";
import { Study, type StudyRow } from "../../core/database/entities/study.ts";
import type { ResultInfo, ResultRow } from "../../core/http/schemas.ts";
import type { Hub } from "../../core/hub.ts";
import { type Planted, plantEverything } from "../console/planted-line.ts";
import {
  DIAGNOSTIC_FILES,
  plantOrder,
  plantResult,
  plantStep,
  plantStudy,
} from "../console/planted-studies.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { wholeLine } from "../support/whole-line.ts";

const MISSING = "00000000-0000-4000-8000-000000000000";
/** Nobody listens there. */
const NOBODY = 1;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let orm: MikroORM;
let planted: Planted;
let queued: StudyRow;
/** Of the study `planted.delivered`, run a second time. */
let newer: string;
let newerOrder: string;
/** A result that a destination refused, and one that went nowhere. */
let refused: string;
let refusedOf: string;
let failure: string;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-gate-"));
  // a check that waits for a file nobody writes
  site = await newSite(wholeLine({ pacsPort: NOBODY, checkGate: join(folder, "gate") }));
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  orm = await connect(site.databaseUrl);
  const tree = join(site.folder, "data/files/results");
  const plant = async (em: EntityManager) => {
    planted = await plantEverything(em, tree);
    queued = plantStudy(em, "queued", 3);
    const order = plantOrder(em, queued, "queued");
    // nobody has a job for it, so it stays as it is
    plantStep(em, queued, { phase: "process", target: "local-processing", state: "ready", order });
    const again = plantOrder(em, planted.delivered, "processed");
    await em.flush();
    const orders = await em.find(Order, { study: planted.delivered.id });
    for (const made of orders)
      plantStep(em, planted.delivered, {
        phase: "process",
        target: "local-processing",
        state: "done",
        order: made,
      });
    const indexes = [{ name: "wm.MD.mean", value: 0.8, unit: "um2/ms" }];
    newer = plantResult(em, again, tree, { files: DIAGNOSTIC_FILES, indexes, minutes: 1 }).id;
    newerOrder = again.id;
    const other = plantStudy(em, "undelivered", 70);
    const order2 = plantOrder(em, other, "undelivered");
    const result = plantResult(em, order2, tree, { files: {}, minutes: 60 });
    const made = { order: order2, result };
    plantStep(em, other, { phase: "process", target: "local-processing", state: "done", order: order2 });
    plantStep(em, other, { phase: "deliver", target: "pacs-pdf", state: "done", ...made });
    plantStep(em, other, { phase: "deliver", target: "pacs-sr", state: "rejected", ...made });
    refused = result.id;
    refusedOf = other.id;
  };
  await orm.em.fork().transactional(plant);
  failure = (await orm.em.fork().findOneOrFail(Result, { kind: "failure" })).id;
});
afterAll(async () => {
  await orm.close();
  await hub.stop();
  site.remove();
});

const journalled = (event: string, studyId: string) =>
  orm.em.fork().count(JournalEntry, { event, studyId, actor: "admin" });

describe("results", () => {
  const list = async (query: string) =>
    (await api.call<{ data: Static<typeof ResultRow>[]; total: number }>("GET", `/api/results?${query}`))
      .body;

  test("A-255 A-287 are listed, and filtered by kind, product, time, id and how their deliveries stand", async () => {
    expect((await list("")).total).toBe(4);
    expect((await list("kind=failure")).total).toBe(1);
    expect((await list("product=dti-metrics")).total).toBe(4);
    expect((await list("product=lesion-load")).total).toBe(0);
    expect((await list(`from=${new Date().toISOString()}`)).total).toBe(0);
    expect((await list(`q=${newerOrder.slice(0, 13)}`)).data.map(({ id }) => id)).toEqual([newer]);
    expect((await list(`q=${planted.delivered.id.slice(0, 13)}`)).total).toBe(2);
    expect((await list("delivery=failed")).data.map(({ id }) => id)).toContain(refused);
    expect((await list("delivery=delivered")).total).toBe(2);
    expect((await list("delivery=none")).data.map(({ id }) => id).toSorted()).toEqual(
      [newer, failure].toSorted(),
    );
  });

  test("know what came before and after them, and that there is a newer one", async () => {
    const { body } = await api.call<Static<typeof ResultInfo>>("GET", `/api/results/${planted.result}`);
    const all = (await list("")).data.map(({ id }) => id);
    const place = all.indexOf(planted.result);
    expect(body).toMatchObject({
      newerId: newer,
      previousId: all[place - 1] ?? null,
      nextId: all[place + 1] ?? null,
    });
    const last = await api.call<Static<typeof ResultInfo>>("GET", `/api/results/${newer}`);
    expect(last.body).toMatchObject({ newerId: null, previousId: null });
  });

  test("A-258 come in one ZIP of the formats that were chosen, under names that tell of nobody", async () => {
    const ids = `${planted.result},${newer}`;
    const response = await api.fetch(`/api/results.zip?ids=${ids}&formats=pdf,json`);
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="results.zip"');
    const zip = Buffer.from(await response.arrayBuffer());
    const { body } = await api.call<Static<typeof ResultInfo>>("GET", `/api/results/${planted.result}`);
    const names = [body.orderId, newerOrder].flatMap((order) => [
      `${order}_report.json`,
      `${order}_report.pdf`,
    ]);
    expect(namesInZip(zip).toSorted()).toEqual(names.toSorted());
    expect(zip.includes("%PDF-")).toBe(true);
    expect(await journalled("result.opened", planted.delivered.id)).toBe(2);
    expect((await api.fetch(`/api/results.zip?ids=${ids}&formats=xml`)).status).toBe(404);
    expect((await api.fetch("/api/results.zip?ids=everything")).status).toBe(400);
  });

  test("stand in one table with a column for each measure", async () => {
    const response = await api.fetch(`/api/results.csv?ids=${newer},${planted.result}`);
    const [head, ...lines] = (await response.text()).trim().split("\r\n");
    expect(head).toBe(
      "result,order,study,product,product_version,kind,finished,failure_code,wm.MD.mean [um2/ms],wm.FA.mean",
    );
    expect(lines.map((line) => line.split(",").slice(-2))).toEqual([
      ["0.8", ""],
      ["", "0.4123"],
    ]);
    expect(lines.join()).not.toMatch(/KANARIENVOGEL|CANARY/);
  });

  test("A-259 that did not arrive are sent again to where they did not", async () => {
    const resultIds = [refused, failure, MISSING];
    const { body } = await api.call<{ data: object[] }>("POST", "/api/results/resend-failed", { resultIds });
    expect(body.data).toEqual([
      { resultId: refused, targets: ["pacs-sr"] },
      { resultId: failure, targets: [] },
    ]);
    expect(await journalled("step.retried-by-hand", refusedOf)).toBe(1);
  });
});

describe("acts on many studies", () => {
  test("A-231 cancel ends what is open of each, and says where nothing was", async () => {
    const studyIds = [queued.id, planted.delivered.id, MISSING];
    const { status, body } = await api.call("POST", "/api/studies/cancel", { studyIds });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: [
          { studyId: queued.id, steps: 1 },
          { studyId: planted.delivered.id, steps: 0 },
        ],
      },
    });
    expect((await orm.em.fork().findOneOrFail(Study, queued.id)).status).toBe("cancelled");
    expect(await journalled("step.cancelled", queued.id)).toBe(1);
  });

  test("try again begins what was given up or cancelled, and nothing else", async () => {
    const studyIds = [queued.id, planted.delivered.id, planted.held.id];
    const { body } = await api.call("POST", "/api/studies/retry", { studyIds });
    expect(body).toEqual({
      data: [
        { studyId: queued.id, steps: 1 },
        // of two deliveries one was refused
        { studyId: planted.delivered.id, steps: 1 },
        { studyId: planted.held.id, steps: 0 },
      ],
    });
    expect(await orm.em.fork().findOneOrFail(Step, { study: queued.id })).toMatchObject({ round: 2 });
    expect(await journalled("step.retried-by-hand", planted.delivered.id)).toBe(1);
    const sent = { study: planted.delivered.id, target: "pacs-pdf" };
    expect(await orm.em.fork().findOneOrFail(Step, sent)).toMatchObject({ state: "done", round: 1 });
  });

  test("a study that was cancelled while it was checked is checked again", async () => {
    const study = await orm.em.fork().transactional(async (em) => {
      const checked = plantStudy(em, "cancelled", 5);
      plantStep(em, checked, { phase: "check", target: "gate-check", state: "cancelled" });
      await em.flush();
      return checked.id;
    });
    const { body } = await api.call("POST", "/api/studies/retry", { studyIds: [study] });
    expect(body).toEqual({ data: [{ studyId: study, steps: 1 }] });
  });
});

describe("ordering a product", () => {
  const order = (studyId: string, product: string) =>
    api.call("POST", `/api/studies/${studyId}/orders`, { product });

  test("runs one more, and tells who asked; it is refused where it cannot be", async () => {
    expect((await order(planted.delivered.id, "quick-report")).status).toBe(204);
    const { body } = await api.call<{ orders: { product: string }[] }>(
      "GET",
      `/api/study-info/${planted.delivered.id}`,
    );
    expect(body.orders.map(({ product }) => product)).toContain("quick-report");
    expect(await journalled("order.asked-for", planted.delivered.id)).toBe(1);
    expect((await order(planted.held.id, "quick-report")).body).toMatchObject({ code: "order.not-now" });
    expect((await order(planted.delivered.id, "none")).body).toMatchObject({ code: "order.unknown-product" });
    expect((await order(MISSING, "quick-report")).status).toBe(404);
  });
});

/** As the central directory has them. */
function namesInZip(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf("PK\x01\x02"); at >= 0; at = zip.indexOf("PK\x01\x02", at + 4))
    names.push(zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  return names;
}
