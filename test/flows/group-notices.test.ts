// What a site is told about its groups: completed, report sent, report not sent.
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import { groupLine, newGroup, reportsWhere, sendSmall } from "../support/group-site.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { startMailServer, type TestMailServer } from "../support/mail-server.ts";

let web: WebReceiver;
let mail: TestMailServer;
let site: TestSite;
let hub: Hub;
let api: ApiClient;

beforeAll(async () => {
  web = await WebReceiver.start(answering(200));
  mail = await startMailServer();
  const line = groupLine({ web: web.url });
  const settings = {
    ...{ host: "localhost", port: mail.port, security: "none" },
    ...{ from: "hub@example.org", to: "people@example.org" },
    events: ["group.completed", "group.report-sent", "group.report-failed"],
  };
  site = await newSite({ ...line, plugins: [...(line.plugins ?? []), { use: "notify", settings }] });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
});
afterAll(async () => {
  await hub?.stop();
  await web?.[Symbol.asyncDispose]();
  await mail?.[Symbol.asyncDispose]();
  site?.remove();
});

const said = (subject: string) => mail.received.filter(({ raw }) => raw.includes(`Subject: ${subject}`));

test("A-175 A-176 A-177 that a group is complete, and that its report was sent or not, is told with its name and nobody's else", async () => {
  const group = await newGroup(api, { name: "Told trial", autoAssign: true, delivery: "registry" });
  await sendSmall(api, hub.listeners.get("dicom-scp")!.port, "told", { PatientName: "Kanarienvogel^Carla" });
  await reportsWhere(api, group.id, ([one]) => one?.state === "sent");
  await vi.waitFor(() => {
    expect(said("Group processing completed")).toHaveLength(1);
    expect(said("Group report sent")).toHaveLength(1);
  }, 10_000);
  expect(said("Group report sent")[0]!.raw).toMatch(/Group: Told trial\r\n\s+Where: registry/);

  web.answer = answering(410);
  await api.call("POST", `/api/groups/${group.id}/reports`);
  await vi.waitFor(() => expect(said("Group report could not be sent")).toHaveLength(1), 10_000);
  expect(said("Group report could not be sent")[0]!.raw).toContain("Code: deliver-rest.refused");
  expect(mail.received.map(({ raw }) => raw).join()).not.toContain("Kanarienvogel");
});
