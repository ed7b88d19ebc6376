// An order whose data is complete survives the death of its hub, before and in the middle of being taken in.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DeskClient } from "../support/desk-client.ts";
import { deskConfig, studyZip } from "../support/desk-site.ts";
import { type HubProcess, hubAsProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

const MANY = 600;
let site: TestSite;
let hub: HubProcess;
let database: pg.Pool;

beforeAll(async () => {
  site = await newSite(deskConfig());
  database = new pg.Pool({ connectionString: site.databaseUrl, max: 2 });
  hub = await hubAsProcess(site);
});
afterAll(async () => {
  await hub.stop();
  await database.end();
  site.remove();
});

const instances = async (order: string) => {
  const { rows } = await database.query(
    "select count(*)::int as n from instance i join study s on s.id = i.study_id where s.owner = $1",
    [order],
  );
  return (rows[0] as { n: number }).n;
};

describe("kill -9", () => {
  test("right after the upload was completed loses nothing: the next hub takes it in and runs it", async () => {
    const desk = new DeskClient(hub.httpPort, database);
    const { id } = await desk.place();
    const completed = await desk.deliver(id, await studyZip("killed", 20));
    await hub.kill();
    expect(completed.hasData).toBe(true);
    hub = await hubAsProcess(site);
    const back = new DeskClient(hub.httpPort, database, desk.caller);
    expect((await back.delivered(id)).results).toMatchObject([{ indexes: [{ value: 20 }] }]);
  });

  test("in the middle of taking in loses nothing and doubles nothing, on whichever hub it goes on", async () => {
    const other = await hubAsProcess(site);
    const desk = new DeskClient(hub.httpPort, database);
    const { id } = await desk.place();
    await desk.deliver(id, await studyZip("half", MANY));
    let pid = 0;
    const begun = async () => {
      expect(await instances(id)).toBeGreaterThan(0);
      const { rows } = await database.query(
        `select pid from cloud_order o join hub_process h on h.id = o.hub_id
          where o.id = $1 and o.files_state = 'complete'`,
        [id],
      );
      ({ pid } = rows[0] as { pid: number });
    };
    await vi.waitFor(begun, { timeout: 30_000, interval: 5 });
    // whichever of the two has it in hand
    const [holder, survivor] = hub.child.pid === pid ? [hub, other] : [other, hub];
    expect(holder.child.pid).toBe(pid);
    await holder.kill();
    hub = survivor;
    const back = new DeskClient(hub.httpPort, database, desk.caller);
    const order = await back.until(id, ({ status }) => status === "DELIVERED", 60_000);
    expect(order.results).toMatchObject([{ indexes: [{ value: MANY }] }]);
    expect(await instances(id)).toBe(MANY);
    const cleared = () => expect(readdirSync(join(site.folder, "data/files/uploads/cloud"))).toEqual([]);
    await vi.waitFor(cleared, { timeout: 20_000 });
    const { rows } = await database.query(
      "select count(*)::int as n from journal where event = 'cloud-order.taken-in' and detail->>'order' = $1",
      [id],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("between two parts loses none of them", async () => {
    const desk = new DeskClient(hub.httpPort, database);
    const { id } = await desk.place();
    const archive = await studyZip("parts", 4);
    const { upload, parts } = await desk.send(id, archive);
    await hub.kill();
    hub = await hubAsProcess(site);
    const back = new DeskClient(hub.httpPort, database, desk.caller);
    const again = await back.ask("beginUpload", id, { bytes: archive.length });
    expect(again).toMatchObject({ id: upload.id, received: parts });
    await back.ask("completeUpload", upload.id, parts, true);
    await back.delivered(id);
  });
});
