// A web service that is told: the contract of watchers, its body, its key, its signature, and what its answers mean.
import { createHmac, randomUUID } from "node:crypto";
import type { Notice } from "@thalamus/sdk";
import { answering, studyOfFiles, WebReceiver } from "@thalamus/sdk/testing";
import { httpDestination, scopeOf, watchContract } from "@thalamus/sdk/testing/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { mailServices } from "../../test/support/mail-destination.ts";
import { realServices } from "../../test/support/real-services.ts";
import plugin from "./plugin.ts";

const LOOPBACK = ["127.0.0.0/8"];
const real = realServices();
const services = [...mailServices().services.slice(0, 1), ...real.offered];
afterAll(() => real.http.close());

watchContract(plugin, {
  folder: import.meta.dirname,
  open: async () => {
    const destination = await httpDestination();
    const settings = { webhook: { url: `${destination.url}/events`, privateNetworks: LOOPBACK } };
    return { settings, destination, services };
  },
});

let receiver: WebReceiver;
let notice: Notice;
beforeAll(async () => {
  const { id, identity } = await studyOfFiles([], { patientName: 'Canary^"Carla', patientId: "CANARY-4711" });
  const study = { id, revision: 1, identity };
  notice = { id: randomUUID(), event: "study.qc-failed", at: new Date(), detail: { target: "qc" }, study };
});
beforeEach(async () => {
  await receiver?.[Symbol.asyncDispose]();
  receiver = await WebReceiver.start();
});
afterAll(() => receiver[Symbol.asyncDispose]());

const scope = (webhook: object = {}, more: object = {}) => {
  const own = { url: `${receiver.url}/events?site=1`, privateNetworks: LOOPBACK, ...webhook };
  return scopeOf(plugin, { webhook: own, ...more }, services);
};
const tell = (id: string, webhook: object = {}, more: object = {}) =>
  plugin.tell([notice, notice], id, scope(webhook, more), new AbortController().signal);
const told = () => receiver.requests.at(-1)!;

test("A-165 a webhook is told in JSON what happened, under one key, and not to whom", async () => {
  const id = randomUUID();
  expect(await tell(id)).toEqual({ status: 200, url: receiver.url });
  const { method, url, headers, body } = told();
  expect([method, url, headers["idempotency-key"]]).toEqual(["POST", "/events?site=1", id]);
  expect(headers["x-thalamus-signature"]).toBeUndefined();
  const document = JSON.parse(body.toString()) as { id: string; count: number; events: object[] };
  expect(document).toMatchObject({ id, count: 2 });
  expect(document.events[0]).toMatchObject({ event: "study.qc-failed", target: "qc" });
  expect(body.toString()).not.toMatch(/canary/i);
});

test("A-165 a value cannot break out of the body of a site's own words", async () => {
  const body = '{ "who": "{{patient.name}}" }';
  await tell(randomUUID(), { body }, { includePhi: true });
  expect(JSON.parse(told().body.toString())).toEqual({ who: 'Canary^"Carla' });
});

test("a request is signed where a secret is given, so that the service can check it", async () => {
  await tell(randomUUID(), { secret: "shared" });
  const { headers, body } = told();
  const signed = `${headers["x-thalamus-timestamp"]}\nPOST\n/events?site=1\n${body}`;
  const hmac = createHmac("sha256", "shared").update(signed).digest("hex");
  expect(headers["x-thalamus-signature"]).toBe(`v1=${hmac}`);
});

test.each([
  [503, { "retry-after": "7" }, { code: "notify.deferred", afterMs: 7000 }],
  [429, {}, { code: "notify.deferred" }],
  [404, {}, { code: "notify.refused", message: "The service answered 404." }],
])("an answer of %i is no success", async (status, headers, error) => {
  receiver.answer = answering(status, headers, "Canary");
  await expect(tell(randomUUID())).rejects.toMatchObject(error);
});

test("a network of the house is reached only where the site names it", async () => {
  await expect(tell(randomUUID(), { privateNetworks: [] })).rejects.toMatchObject({
    code: "notify.not-accepted",
  });
  expect(receiver.requests).toEqual([]);
});

test("A-166 the test button tells whether somebody is there, and tells no event", async () => {
  receiver.answer = answering(405);
  const { signal } = new AbortController();
  expect(await plugin.probe(scope(), signal)).toMatchObject({ ok: true });
  expect(receiver.requests.map(({ method }) => method)).toEqual(["OPTIONS"]);
});

test("settings are refused that tell nobody, or two, or name what is not there", () => {
  const problems = (settings: object) =>
    plugin.settingsProblems!(scopeOf(plugin, settings, services)).map(({ path }) => path);
  expect(problems({})).toEqual(["host", "from", "to"]);
  const webhook = { url: "https://example.org/in" };
  expect(problems({ webhook })).toEqual([]);
  expect(problems({ webhook, host: "mail.example.org" })).toEqual(["host"]);
  const wrong = { url: "mailto:x", secret: "a", secretFile: "/b", privateNetworks: ["all"] };
  expect(problems({ webhook: wrong })).toEqual([
    "webhook.url",
    "webhook.secretFile",
    "webhook.privateNetworks",
  ]);
  expect(problems({ webhook: { ...webhook, body: '{ "a": {{no.such}} }' } })).toEqual(["webhook.body"]);
  const mail = { host: "mail.example.org", from: "a@example.org", to: "b@example.org" };
  expect(problems({ ...mail, text: "{{#if" })).toEqual(["text"]);
  expect(problems(mail)).toEqual([]);
});
