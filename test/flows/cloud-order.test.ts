// An order of the cloud API from its placing to its result: through the desk, as a plugin speaks to it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { derivedUid } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { zipOf } from "../support/archives.ts";
import { callerOf, DESK_DOOR, DeskClient, refusalOf, sha256Of } from "../support/desk-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { smallFile } from "../support/small-dicom.ts";

const SUPPORT = join(import.meta.dirname, "../support");
let site: TestSite;
let hub: Hub;
let gate: string;

beforeAll(async () => {
  site = await newSite({
    intake: { stableAfterSeconds: 3600 },
    plugins: [
      DESK_DOOR,
      { use: "local-processing", settings: { productFolders: [join(SUPPORT, "products")] } },
    ],
  });
  gate = join(site.folder, "gate");
  hub = await hubInProcess(site);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

const client = (caller = callerOf()) => new DeskClient(hub.http.port, caller);
const zip = (study: string, count = 3, values = {}) =>
  zipOf(
    Array.from({ length: count }, (_, number) => ({
      path: `${number}.dcm`,
      bytes: smallFile(study, number, values),
    })),
  );

describe("an order of generation 2", () => {
  test("is placed, gets its data in parts, is run and delivered, and its files can be fetched", async () => {
    const desk = client();
    const placed = await desk.place({ studyName: "Study A", metadata: { patient_age: "48" } });
    expect(placed).toMatchObject({ status: "PENDING", progress: 0, hasData: false, results: [] });
    const archive = await zip("a");
    const begun = await desk.deliver(placed.id, archive, { sha256: sha256Of(archive) });
    expect(begun).toMatchObject({ status: "DX_STARTED", hasData: true });
    const order = await desk.delivered(placed.id);
    expect(order).toMatchObject({ progress: 1, info: "Finished", failure: undefined });
    expect(order.results).toMatchObject([
      { product: "quick-report", kind: "diagnostic", indexes: [{ name: "images", value: 3, unit: "1" }] },
    ]);
    const [result] = order.results;
    expect(result!.files.map(({ name }) => name).sort()).toEqual(["data", "report"]);
    const file = await desk.file("open", { orderId: order.id }, { name: "report", kind: "diagnostic" });
    expect(sha256Of(file.content)).toBe(file.sha256);
    expect(await desk.ask("subject", { orderId: order.id })).toEqual({
      studyUid: derivedUid("small study", "a"),
      patientId: "SMALL-1",
      files: 3,
    });
    const missing = desk.file("open", { orderId: order.id }, { name: "none", kind: "diagnostic" });
    expect(await refusalOf(missing)).toBe("desk.no-such-report");
  });
});
