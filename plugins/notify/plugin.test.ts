// What every watcher does alike, and the words of this one.
import { randomUUID } from "node:crypto";
import type { Notice } from "@thalamus/sdk";
import { studyOfFiles } from "@thalamus/sdk/testing";
import { scopeOf, watchContract } from "@thalamus/sdk/testing/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailDestination, mailDestination } from "../../test/support/mail-destination.ts";
import { realServices } from "../../test/support/real-services.ts";
import plugin from "./plugin.ts";

const services = realServices();
afterAll(() => services.http.close());

watchContract(plugin, {
  folder: import.meta.dirname,
  open: async () => {
    const destination = await mailDestination();
    return { settings: destination.settings, destination, services: services.offered };
  },
});

let destination: MailDestination;
let notices: Notice[];
beforeAll(async () => {
  destination = await mailDestination();
  const patient = { patientName: "Canary^Carla", patientId: "CANARY-4711" };
  const { id, identity } = await studyOfFiles([], patient);
  const at = new Date("2026-11-23T16:51:09Z");
  notices = [
    {
      id: randomUUID(),
      event: "study.qc-failed",
      at,
      detail: { revision: 1 },
      study: { id, revision: 1, identity },
    },
    { id: randomUUID(), event: "system.disk-low", at, detail: { metric: "disk", percent: 97, limit: 90 } },
  ];
});
afterAll(() => destination.server[Symbol.asyncDispose]());

const offered = () => [...destination.services, ...services.offered];
const tell = async (some: readonly Notice[], settings: object = {}) => {
  const scope = scopeOf(plugin, { ...destination.settings, ...settings }, offered());
  const receipt = await plugin.tell(some, randomUUID(), scope, new AbortController().signal);
  return { receipt, raw: destination.server.received.at(-1)?.raw ?? "" };
};

test("A-165 A-169 A-183 a mail says what happened, when and where, and not to whom", async () => {
  const { raw, receipt } = await tell(notices);
  expect(receipt).toMatchObject({ accepted: 2, reply: "250 2.0.0 Ok: queued as 4XYZ12" });
  expect(raw).toMatch(/^Subject: 2 events/m);
  expect(raw).toContain(
    `2026-11-23 16:51 UTC  Quality control failed\r\n    Study: ${notices[0]!.study!.id.slice(0, 8)}`,
  );
  expect(raw).toContain("2026-11-23 16:51 UTC  Low disk space\r\n    disk: 97 %, limit 90 %");
  expect(raw).not.toMatch(/Canary/i);
  expect((await tell(notices.slice(0, 1))).raw).toMatch(/^Subject: Quality control failed/m);
});

test("A-165 a template that names the patient does so only where the site wants it", async () => {
  const text = "{{patient.name}} {{patient.id}}!";
  expect((await tell(notices, { text })).raw).not.toMatch(/Canary/i);
  expect((await tell(notices, { text, includePhi: true })).raw).toContain("Canary^Carla CANARY-4711!");
});

test("A-166 the test button finds a template that names what is not there only when it is used", async () => {
  await expect(tell(notices, { text: "{{no.such}}" })).rejects.toMatchObject({ code: "notify.template" });
  const scope = scopeOf(plugin, { ...destination.settings, text: "{{#if" }, offered());
  expect(await plugin.probe(scope, new AbortController().signal)).toMatchObject({ ok: false });
});
