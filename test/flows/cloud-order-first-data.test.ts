// Orders of generation 1: several archives, checks, and the product only then.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { zipOf } from "../support/archives.ts";
import { refusalOf } from "../support/desk-client.ts";
import { type DeskSite, deskConfig, openDeskSite, studyFiles, studyZip } from "../support/desk-site.ts";
import { studyWhere } from "../support/study-watch.ts";

let site: DeskSite;
beforeAll(async () => {
  site = await openDeskSite();
});
afterAll(() => site.stop());

const FIRST = { generation: 1, products: [] } as const;
const taken = ({ info }: { info: string }) => info === "Waiting for a product";

describe("an order without a product", () => {
  test("takes several archives as one study, is checked, waits, and runs what is ordered then", async () => {
    const desk = site.client();
    const { id } = await desk.place(FIRST);
    expect(await refusalOf(desk.ask("run", id, "quick-report"))).toBe("desk.no-data");
    expect(await refusalOf(desk.ask("quality", id))).toBe("desk.no-data");
    const files = studyFiles("archives", 9);
    // numbers of archives and parts as the public clients count them
    for (const archive of [1, 2, 3]) {
      const bytes = await zipOf(files.slice(3 * (archive - 1), 3 * archive));
      const upload = await desk.ask("beginUpload", id, { archive });
      const [address] = await desk.addresses(upload.id, archive);
      const etag = await desk.put(address!, bytes);
      const order = await desk.ask("completeUpload", upload.id, [{ number: archive, etag }], archive === 3);
      expect(order).toMatchObject({ status: "PENDING", hasData: archive === 3 });
    }
    const waiting = await desk.until(id, taken);
    expect(waiting).toMatchObject({ status: "PENDING", hasData: true, products: [] });
    expect(await desk.ask("quality", id)).toEqual({ verdict: "pass", lines: [] });
    const api = await ApiClient.signedIn(site.hub.http.port);
    const [study] = await site.query<{ id: string }>("select id from study where owner = $1", id);
    const { study: seen } = await studyWhere(api, study!.id, ({ status }) => status === "waiting");
    expect(seen).toMatchObject({ instanceCount: 9, source: "CLOUD" });
    expect(await refusalOf(desk.ask("run", id, "none"))).toBe("desk.unknown-product");
    expect(await desk.ask("run", id, "quick-report")).toMatchObject({ status: "DX_STARTED" });
    // the answer may have been lost
    await desk.ask("run", id, "quick-report");
    const { results } = await desk.delivered(id);
    expect(results).toMatchObject([{ product: "quick-report", indexes: [{ value: 9 }] }]);
  });

  test("may be run while its data is still being taken in", async () => {
    const desk = site.client();
    const { id } = await desk.place(FIRST);
    await desk.deliver(id, await studyZip("at once", 40));
    await desk.ask("run", id, "quick-report");
    expect((await desk.delivered(id)).results).toMatchObject([{ indexes: [{ value: 40 }] }]);
  });

  test("takes an archive that is sent again in place of the one before, and none after the last one", async () => {
    const desk = site.client();
    const { id } = await desk.place(FIRST);
    await desk.deliver(id, await studyZip("again", 2), { archive: 0, final: false });
    await desk.deliver(id, await studyZip("again", 5), { archive: 0, final: true });
    await desk.until(id, taken);
    const [study] = await site.query("select instance_count from study where owner = $1", id);
    expect(study).toEqual({ instance_count: 5 });
    expect(await refusalOf(desk.ask("beginUpload", id, { archive: 1 }))).toBe("desk.too-late");
  });

  test("is told more of its patient while it waits, and is checked once more with it", async () => {
    const desk = site.client();
    const { id } = await desk.place(FIRST);
    await desk.deliver(id, await studyZip("told more"));
    await desk.until(id, taken);
    await desk.ask("addMetadata", { orderId: id }, { patient_age: "081Y" });
    await desk.until(id, taken);
    const [study] = await site.query("select revision, patient_age from study where owner = $1", id);
    expect(study).toEqual({ revision: 2, patient_age: "081Y" });
    await desk.ask("run", id, "quick-report");
    await desk.delivered(id);
  });

  test("can be cancelled while it waits, and cannot be run then", async () => {
    const desk = site.client();
    const { id } = await desk.place(FIRST);
    await desk.deliver(id, await studyZip("waits in vain"));
    await desk.until(id, taken);
    expect(await desk.ask("cancel", { orderId: id })).toMatchObject({ status: "CANCELLED" });
    expect(await desk.ask("cancel", { orderId: id })).toMatchObject({ status: "CANCELLED" });
    expect(await refusalOf(desk.ask("run", id, "quick-report"))).toBe("desk.too-late");
    const [study] = await site.query("select status from study where owner = $1", id);
    expect(study).toEqual({ status: "cancelled" });
  });
});

describe("a check", () => {
  test("is answered with its lines, and what it holds fails with a report when it is ordered", async () => {
    const held = await openDeskSite(deskConfig({ check: { use: "qc-dicom" } }));
    try {
      const desk = held.client();
      const { id } = await desk.place(FIRST);
      await desk.deliver(id, await studyZip("held"));
      await desk.until(id, ({ info }) => info === "Waiting for a person at the hub");
      const { verdict, lines } = await desk.ask("quality", id);
      expect(verdict).toBe("fail");
      expect(lines.some((line) => line.verdict === "fail")).toBe(true);
      await desk.ask("run", id, "quick-report");
      const failed = await desk.failed(id);
      expect(failed).toMatchObject({ failure: { code: "study.rejected" } });
      expect(failed.results).toMatchObject([{ kind: "failure", product: "quick-report" }]);
      const file = await desk.file("open", { orderId: id }, { name: "summary", kind: "failure" });
      expect(file.content.toString()).toContain(id);
    } finally {
      await held.stop();
    }
  });
});
