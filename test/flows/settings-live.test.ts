// Settings that are changed while the hub works: nothing is lost, nothing is interrupted, nothing restarts.

import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { DICOM_LISTENER, hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { queueDeliveries } from "../support/queued-deliveries.ts";
import { SettingsClient } from "../support/settings-client.ts";
import { smallFile } from "../support/small-dicom.ts";

const RESULTS = 12;
const IN_HAND = 4;
const patience = { timeout: 20_000, interval: 50 };

describe("settings that are changed while the hub works", () => {
  let site: TestSite;
  let hub: Hub;
  let api: ApiClient;
  let settings: SettingsClient;
  let old: WebReceiver;
  let next: WebReceiver;
  const held: ServerResponse[] = [];

  beforeAll(async () => {
    // keeps who asks waiting: the deliveries are in hand while their settings change
    old = await WebReceiver.start((_request, response) => void held.push(response));
    next = await WebReceiver.start();
    const portal = { url: `${old.url}/in`, privateNetworks: ["127.0.0.0/8"], answerSeconds: 3600 };
    site = await newSite({
      plugins: [
        DICOM_LISTENER,
        { use: "qc-dicom" },
        { use: "deliver-rest", name: "portal", settings: portal },
      ],
      route: { check: ["qc-dicom"], deliver: ["portal"] },
    });
    const orm = await connect(site.databaseUrl);
    const resultsTree = join(site.folder, "data/files/results");
    await queueDeliveries(orm, { resultsTree, results: RESULTS, targets: ["portal"] });
    await orm.close();
    hub = await hubInProcess(site);
    api = await ApiClient.signedIn(hub.http.port);
    settings = new SettingsClient(api);
  });
  afterAll(async () => {
    await hub.stop();
    await Promise.all([old, next].map((receiver) => receiver[Symbol.asyncDispose]()));
    site.remove();
  });

  const keysOf = ({ requests }: WebReceiver) => requests.map(({ headers }) => headers["idempotency-key"]);

  test("deliveries in hand end at the old address, all others go to the new one, each once", async () => {
    await vi.waitFor(() => expect(held).toHaveLength(IN_HAND), patience);
    const { status } = await settings.save("entry.portal", { url: `${next.url}/in` });
    expect(status).toBe(200);
    await vi.waitFor(() => expect(next.requests).toHaveLength(RESULTS - IN_HAND), patience);
    expect(held, "nobody was cut off").toHaveLength(IN_HAND);
    for (const response of held) response.writeHead(200).end();
    const done = async () =>
      (await api.call<{ data: object[] }>("GET", "/api/receipts?outcome=delivered")).body.data;
    await vi.waitFor(async () => expect(await done()).toHaveLength(RESULTS), patience);
    expect(new Set([...keysOf(old), ...keysOf(next)])).toHaveLength(RESULTS);
  });

  const peer = (callingAe: string) => {
    const { port } = hub.listeners.get("dicom-scp")!;
    return { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe };
  };
  const send = async (study: string, callingAe = "SCANNER") => {
    const path = join(site.folder, `${study}.dcm`);
    writeFileSync(path, smallFile(study, 1, { PatientAge: undefined, PatientSex: undefined }));
    return createDicomSender().store(peer(callingAe), [path], AbortSignal.timeout(20_000));
  };

  const statuses = async () => {
    const { body } = await api.call<{ data: { status: string }[] }>("GET", "/api/studies?perPage=100");
    return body.data.map(({ status }) => status);
  };

  test("who may send is changed without losing a study, and counts from the next association on", async () => {
    await settings.save("entry.dicom-scp", { allowedCallers: [{ ae: "SCANNER" }] });
    await expect(send("stranger", "STRANGER")).rejects.toThrow();
    await send("known");
    // the study is there, and the checks hold it
    await vi.waitFor(async () => expect(await statuses()).toContain("held"), patience);
  });

  test("A-154 a check that is switched off counts as passed from the next study on", async () => {
    const off = { mriSeries: false, diffusion: false, demographics: false, ifuCompliance: false };
    await settings.save("entry.qc-dicom", { ...off, losslessCompression: false });
    await send("unchecked");
    // the first one was held by the checks, this one goes through
    await vi.waitFor(async () => {
      expect((await statuses()).filter((status) => status === "held")).toHaveLength(1);
      expect((await statuses()).filter((status) => status === "receiving" || status === "checking")).toEqual(
        [],
      );
    }, patience);
  });

  test("settings that cannot be taken over leave the listener as it was, and say so", async () => {
    const { port } = peer("SCANNER");
    await settings.save("entry.dicom-scp", { host: "203.0.113.1" });
    const { trouble, version, running } = await settings.all();
    expect({ trouble, running }).toMatchObject({ trouble: { version }, running: version });
    expect(trouble?.problem).toContain("dicom-scp");
    await send("still-there");
    expect(peer("SCANNER").port).not.toBe(0);
    expect(port).not.toBe(0);
  });

  test("what cannot change while the hub runs is listed for the next start", async () => {
    await settings.save("core.alerts", { everySeconds: 30, cpuPercent: 80 });
    expect((await settings.section("core.alerts")).waiting).toEqual(["everySeconds"]);
  });

  test("an entry to which open work is addressed is not removed", async () => {
    held.length = 0;
    await settings.save("entry.portal", { url: `${old.url}/in` });
    const { body } = await api.call<{ data: { resultId: string }[] }>("GET", "/api/receipts?limit=1");
    const again = `/api/results/${body.data[0]!.resultId}/resend`;
    expect((await api.call("POST", again, { targets: ["portal"] })).status).toBeLessThan(300);
    await vi.waitFor(() => expect(held).toHaveLength(1), patience);
    const open = async () => (await api.call("DELETE", "/api/settings-entries/portal")).body;
    expect(await open()).toMatchObject({ code: "settings.in-use" });
    for (const response of held) response.writeHead(200).end();
  });
});
