// A hub that is killed while it sends the report of a group: by REST it comes again under the same key, by mail a person decides.
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import { describe, expect, test, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { groupLine, newGroup, reportsWhere } from "../support/group-site.ts";
import { hubAsProcess, newSite } from "../support/hub-in-test.ts";
import { startMailServer } from "../support/mail-server.ts";

describe("A-262 a hub that is killed while it sends", () => {
  test("a registry gets the same report again, with the same key", async () => {
    await using web = await WebReceiver.start(() => {});
    const site = await newSite(groupLine({ web: web.url }));
    const first = await hubAsProcess(site);
    const before = await ApiClient.signedIn(first.httpPort);
    const group = await newGroup(before, { name: "Killed", delivery: "registry" });
    await before.call("POST", `/api/groups/${group.id}/reports`);
    await vi.waitFor(() => expect(web.requests).toHaveLength(1), { timeout: 20_000 });
    await first.kill();
    web.answer = answering(200);
    const second = await hubAsProcess(site);
    try {
      const api = await ApiClient.signedIn(second.httpPort);
      const [report] = await reportsWhere(api, group.id, ([one]) => one?.state === "sent");
      const keys = web.requests.map(({ headers }) => headers["idempotency-key"]);
      expect(keys).toEqual([report!.id, report!.id]);
      expect(web.requests[1]?.body.equals(web.requests[0]!.body)).toBe(true);
    } finally {
      await second.stop();
      site.remove();
    }
  });

  test("a mail that may have arrived is not sent again before a person says so", async () => {
    await using mail = await startMailServer();
    mail.stalls = "answer";
    const site = await newSite(groupLine({ mailPort: mail.port }));
    const first = await hubAsProcess(site);
    const before = await ApiClient.signedIn(first.httpPort);
    const group = await newGroup(before, { name: "Killed", delivery: "trial-mail" });
    await before.call("POST", `/api/groups/${group.id}/reports`);
    await mail.reached("answer");
    await first.kill();
    mail.stalls = undefined;
    const second = await hubAsProcess(site);
    try {
      const api = await ApiClient.signedIn(second.httpPort);
      const [unknown] = await reportsWhere(api, group.id, ([one]) => one?.state === "unknown");
      const conversations = mail.conversations;
      expect((await api.call("POST", `/api/group-reports/${unknown!.id}/send`)).status).toBe(202);
      const [sent] = await reportsWhere(api, group.id, ([one]) => one?.state === "sent");
      expect(sent!.id).toBe(unknown!.id);
      expect(mail.conversations).toBe(conversations + 1);
      expect(mail.received.at(-1)?.raw).toContain(`Message-ID: <${sent!.id}@example.org>`);
    } finally {
      await second.stop();
      site.remove();
    }
  });
});
