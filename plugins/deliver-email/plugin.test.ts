// What deliver-email writes, attaches and answers, against a real mail server.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogToken, type Outcome, type ReceivedStudy, type ResultView } from "@thalamus/sdk";
import {
  artifactOf,
  deliverStepOf,
  outcomeOf,
  recordingLog,
  resultOf,
  studyOfFiles,
} from "@thalamus/sdk/testing";
import { offer, scopeOf } from "@thalamus/sdk/testing/contracts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailServices } from "../../test/support/mail-destination.ts";
import { startMailServer, type TestMailServer } from "../../test/support/mail-server.ts";
import plugin from "./plugin.ts";

const PATIENT = {
  patientName: "Canary^Carla",
  patientId: "CANARY-4711",
  patientBirthDate: "19580317",
  accessionNumber: "ACC99887",
  studyInstanceUid: "1.2.826.0.1.3680043.8.498.77",
  studyDescription: "Canary brain",
  referringPhysicianName: "Canaryref^Rita",
};

const log = recordingLog();
const { mailer, services } = mailServices({ connectMs: 3000, answerMs: 3000 });
let folder: string;
let study: ReceivedStudy;
let diagnostic: ResultView;
let failure: ResultView;
let server: TestMailServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deliver-email-"));
  study = await studyOfFiles([], PATIENT);
  const file = async (name: string, mediaType: string, content: string) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return artifactOf(name.split(".")[0] ?? "", mediaType, path);
  };
  const report = await file("report.pdf", "application/pdf", "%PDF-1.4 report");
  const data = await file("data.json", "application/json", "{}");
  const summary = await file("summary.txt", "text/plain", "Processing failed");
  const map = { ...(await file("FA.nii.gz", "application/gzip", "map")), name: "maps/FA" };
  diagnostic = resultOf([report, data, map]);
  const error = { code: "dti-metrics.timeout", message: "It took too long." };
  failure = resultOf([summary], { kind: "failure", error });
});
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server[Symbol.asyncDispose]());
afterAll(async () => {
  mailer.close();
  await rm(folder, { recursive: true, force: true });
});

const scope = (settings: object) =>
  scopeOf(
    plugin,
    {
      ...{ host: "localhost", port: server.port, security: "none" },
      ...{ from: "hub@example.org", to: "one@example.org, two@example.org" },
      ...settings,
    },
    [...services, offer(LogToken, log)],
  );
const deliver = (settings: object = {}, result = diagnostic): Promise<Outcome> =>
  outcomeOf(plugin.deliver, deliverStepOf(study, result), scope(settings));
const raw = () => server.received.at(-1)?.raw ?? "";
const subject = () => /^Subject: (.*(?:\r\n .*)*)/m.exec(raw())?.[1]?.replaceAll(/\r\n/g, "");

test("A-191 a report comes as attachment with a text that tells nothing about the patient", async () => {
  const outcome = await deliver();
  expect(outcome).toMatchObject({
    kind: "delivered",
    receipt: {
      messageId: expect.stringMatching(/^<[0-9a-f-]{36}@example\.org>$/),
      accepted: 2,
      refused: [],
      reply: "250 2.0.0 Ok: queued as 4XYZ12",
      files: [{ mediaType: "application/pdf", bytes: 15, sha256: diagnostic.artifacts[0]?.sha256 }],
    },
  });
  expect(subject()).toBe(`Report for order ${diagnostic.orderId}`);
  expect(raw()).toContain(`filename=${diagnostic.orderId}_report.pdf`);
  expect(raw()).toContain("The report of dti-metrics 0.1.0");
  for (const value of Object.values(PATIENT).flatMap((one) => one.split("^")))
    expect(raw()).not.toContain(value);
});

test("A-195 a failure says reason and code, with its report, and goes where failures are wanted", async () => {
  await deliver({ results: "failure" }, failure);
  expect(subject()).toBe(`Failure report for order ${failure.orderId}`);
  expect(raw()).toContain("Reason: It took too long. (dti-metrics.timeout)");
  expect(raw(), "no PDF could be drawn").toContain(`filename=${failure.orderId}_failure.txt`);
  expect(await deliver({ results: "failure" }, diagnostic)).toMatchObject({ kind: "skipped" });
  expect(await deliver({ results: "diagnostic" }, failure)).toMatchObject({ kind: "skipped" });
  expect(server.received).toHaveLength(1);
});

test("A-191 subject, text, HTML and file names are the site's, and values of the patient stay inside them", async () => {
  await deliver({
    attach: ["maps/FA", "data", "no-such"],
    subject: "{{patient.name}} {{study.date}}",
    text: "Name: {{patient.name}}",
    html: "<b>{{patient.name}}</b>",
    fileName: "../{{patient.id}} result",
    priority: "high",
  });
  expect(subject()).toBe("Canary^Carla");
  expect(raw()).toContain("Name: Canary^Carla");
  expect(raw()).toContain("<b>Canary^Carla</b>");
  expect(raw()).toContain('filename="__CANARY-4711 result.nii.gz"');
  expect(raw()).toContain('filename="__CANARY-4711 result.json"');
  expect(raw()).toContain("Importance: high");
});

test("A-191 a patient's name with line ends and tags changes nothing but itself", async () => {
  const patientName = "X\r\nBcc: evil@example.net\r\n\r\n<script>^\u0000";
  const own = deliverStepOf(await studyOfFiles([], { ...PATIENT, patientName }), diagnostic);
  const words = {
    subject: "{{patient.name}}",
    text: "ok",
    html: "<b>{{patient.name}}</b>",
    fileName: "{{patient.name}}",
  };
  expect(await outcomeOf(plugin.deliver, own, scope(words))).toMatchObject({ kind: "delivered" });
  expect(server.received[0]?.to).toEqual(["one@example.org", "two@example.org"]);
  expect(raw().split("\r\n\r\n")[0]).not.toMatch(/^Bcc/m);
  expect(raw()).toContain("&lt;script&gt;");
  expect(raw().slice(raw().indexOf("text/html"))).not.toContain("<script>");
});

test("A-191 a template that names something unknown, or cannot be read, is told with its place", async () => {
  const outcome = await deliver({ subject: "{{patient.nmae}}" });
  expect(outcome).toMatchObject({ kind: "rejected", code: "deliver-email.template" });
  expect(outcome).toHaveProperty("message", expect.stringMatching(/^The template "subject": Line 1/));
  const unreadable = { text: "{{#if" };
  expect(await deliver(unreadable)).toMatchObject({ kind: "rejected", code: "deliver-email.template" });
  const probe = await plugin.probe(scope(unreadable), new AbortController().signal);
  expect(probe).toMatchObject({ ok: false, message: expect.stringContaining('The template "text"') });
  expect(server.received).toEqual([]);
});

describe("A-191 when the server", () => {
  const cases: [string, TestMailServer["refuses"], object][] = [
    [
      "greylists",
      { stage: "recipient", reply: "451 4.7.1 Greylisted" },
      { kind: "retry", code: "deliver-email.deferred", afterMs: 300_000 },
    ],
    [
      "refuses",
      { stage: "recipient", reply: "550 5.1.1 no" },
      { kind: "rejected", code: "deliver-email.refused" },
    ],
    [
      "has no room",
      { stage: "answer", reply: "552 5.3.4 no" },
      { kind: "rejected", code: "deliver-email.unsendable" },
    ],
  ];
  test.each(cases)("%s, the step says so", async (_does, refuses, wanted) => {
    server.refuses = refuses;
    expect(await deliver()).toMatchObject(wanted);
  });

  test("quotes the patient's name in its refusal, the name is not kept", async () => {
    server.refuses = { stage: "answer", reply: "554 5.7.1 subject CANARY carla for one@example.org is spam" };
    const outcome = await deliver({ subject: "{{patient.name}}" });
    expect(outcome).toMatchObject({ kind: "rejected", code: "deliver-email.refused" });
    expect(outcome).toHaveProperty(
      "message",
      expect.stringContaining("subject [removed] [removed] for [address] is spam"),
    );
  });

  test("breaks the line before it answers, a person is asked", async () => {
    server.cuts = "answer";
    expect(await deliver()).toMatchObject({ kind: "uncertain", code: "deliver-email.uncertain" });
  });

  test("breaks the line while the mail is sent, it is sent again", async () => {
    server.cuts = "data";
    const path = join(folder, "long.pdf");
    await writeFile(path, "z".repeat(2_000_000));
    const long = resultOf([await artifactOf("report", "application/pdf", path)]);
    expect(await deliver({}, long)).toMatchObject({ kind: "retry", code: "deliver-email.unreachable" });
  });

  test("is right but the settings are not, the step is rejected", async () => {
    expect(await deliver({ to: "nobody" })).toMatchObject({
      kind: "rejected",
      code: "deliver-email.bad-address",
    });
    expect(await deliver({ attach: ["movie"] })).toMatchObject({
      kind: "rejected",
      code: "deliver-email.no-report",
    });
    const account = { user: "hub", passwordFile: "/nowhere" };
    expect(await deliver(account)).toMatchObject({ kind: "rejected", code: "deliver-email.password-file" });
    expect(await deliver({ security: "starttls" })).toMatchObject({
      kind: "rejected",
      code: "deliver-email.not-accepted",
    });
  });
});
