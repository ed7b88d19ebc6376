// The settings over the API: sections, saving, conflicts, secrets, versions, entries, export and import.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";

interface Section {
  readonly id: string;
  readonly kind: string;
  readonly value: Record<string, unknown>;
  readonly waiting: string[];
}
interface View {
  readonly version: number;
  readonly running: number | null;
  readonly trouble: unknown;
  readonly sections: Section[];
}

let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  const rest = { url: "http://127.0.0.1:1/in", auth: { kind: "bearer", secret: "CANARY-token" } };
  site = await newSite({
    plugins: [DICOM_LISTENER, { use: "qc-dicom" }, { use: "deliver-rest", name: "portal", settings: rest }],
    route: { check: ["qc-dicom"], deliver: ["portal"] },
  });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub.stop();
  site.remove();
});

test("looks", async () => {
  const { status, body } = await api.call<View>("GET", "/api/settings");
  console.log(
    status,
    body.version,
    body.running,
    body.trouble,
    body.sections.map(({ id, kind, waiting }) => `${id} ${kind} ${waiting}`),
  );
  console.log(JSON.stringify(body.sections.find(({ id }) => id === "entry.portal")!.value));
  const saved = await api.call("PUT", "/api/settings/core.receiving", {
    version: body.version,
    value: { ...body.sections.find(({ id }) => id === "core.receiving")!.value, stableAfterSeconds: 0.7 },
  });
  console.log(saved);
  expect(status).toBe(200);
});
