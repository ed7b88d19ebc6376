// Deliveries to a real server: what arrives, what its answers mean, and what is said of them.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { Outcome } from "@thalamus/sdk";
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { PDF, RestBench } from "./testing/rest-bench.ts";

const bench = new RestBench();
afterAll(() => bench[Symbol.asyncDispose]());

const sha256 = createHash("sha256").update(PDF).digest("hex");
const failed = { kind: "failure", error: { code: "qc.failed", message: "No b0 image." } } as const;

describe("A-190 what arrives", () => {
  test("the default body is JSON with the patient, the numbers and the report in base64", async () => {
    await using server = await WebReceiver.start(answering(201, {}, '{"id":"R-17"}'));
    const step = await bench.step();
    const outcome = await bench.deliver(step, { url: `${server.url}/reports?key=secret` });
    expect(outcome).toEqual({
      kind: "delivered",
      receipt: {
        ...{ status: 201, id: "R-17", url: `${server.url}/reports`, artifact: "report" },
        ...{ sha256, bytes: PDF.length },
      },
    });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: "POST",
      url: "/reports?key=secret",
      headers: { "content-type": "application/json", "idempotency-key": step.id },
    });
    const body = JSON.parse(String(request?.body)) as Record<string, Record<string, unknown>>;
    expect(body["patient"]).toMatchObject({
      id: "CANARY-4711",
      name: 'MUSTER^ERIKA "X"\\',
      birthDate: "1964-08-12",
    });
    expect(body["result"]).toMatchObject({ indexes: [{ name: "FA", value: 0.43, unit: "1" }], error: null });
    expect(Buffer.from(String(body["report"]?.["base64"]), "base64").equals(PDF)).toBe(true);
    expect(step.acted).toBe(1);
  });

  test("method, address, body, format and headers are the site's, values in them stay inside", async () => {
    await using server = await WebReceiver.start(answering(204));
    const settings = {
      url: `${server.url}/in/{{patient.id}}/{{patient.name}}`,
      method: "PUT",
      body: '{"who":"{{patient.name}}","csv":"{{report.base64}}","again":"{{report.base64}}"}',
      artifact: "features",
      idempotencyHeader: "X-Once",
      headers: [{ name: "X-Accession", value: "{{study.accessionNumber}} of {{patient.name}}" }],
    };
    const step = await bench.step();
    expect(await bench.deliver(step, settings)).toMatchObject({ kind: "delivered" });
    const [request] = server.requests;
    expect(request?.headers["x-once"]).toBe(step.id);
    expect(request?.method).toBe("PUT");
    expect(request?.url).toBe("/in/CANARY-4711/MUSTER%5EERIKA%20%22X%22%5C");
    expect(request?.headers["x-accession"]).toBe('A-77 of MUSTER^ERIKA "X"\\');
    const base64 = Buffer.from("region,FA\nbrain,0.43\n").toString("base64");
    expect(JSON.parse(String(request?.body))).toEqual({
      who: 'MUSTER^ERIKA "X"\\',
      csv: base64,
      again: base64,
    });
  });

  test("the file itself, and XML", async () => {
    await using server = await WebReceiver.start();
    await bench.deliver(await bench.step(), { url: server.url, format: "file" });
    const xml = { contentType: "application/xml", body: "<r n='{{patient.name}}'>{{report.base64}}</r>" };
    await bench.deliver(await bench.step(), { url: server.url, ...xml });
    expect(server.requests[0]?.headers["content-type"]).toBe("application/pdf");
    expect(server.requests[0]?.body.equals(PDF)).toBe(true);
    expect(String(server.requests[1]?.body)).toBe(
      `<r n='MUSTER^ERIKA &quot;X&quot;\\'>${PDF.toString("base64")}</r>`,
    );
  });

  test("A-194 failures go where the site wants them, others are skipped visibly", async () => {
    await using server = await WebReceiver.start();
    const { url } = server;
    expect(await bench.deliver(await bench.step(failed), { url })).toMatchObject({ kind: "skipped" });
    expect(await bench.deliver(await bench.step(), { url, results: "failure" })).toMatchObject({
      kind: "skipped",
    });
    expect(server.requests).toEqual([]);
    const body = '{"why":"{{result.error.message}}","pdf":"{{report.base64}}"}';
    for (const results of ["failure", "both"]) {
      expect(await bench.deliver(await bench.step(failed), { url, results, body })).toMatchObject({
        kind: "delivered",
      });
    }
    const arrived = server.requests.map((one) => JSON.parse(String(one.body)) as unknown);
    expect(arrived).toEqual([1, 2].map(() => ({ why: "No b0 image.", pdf: PDF.toString("base64") })));
  });

  test("a repeat has the same key, the same body and the same receipt", async () => {
    await using server = await WebReceiver.start();
    const step = await bench.step();
    const outcomes = [
      await bench.deliver(step, { url: server.url }),
      await bench.deliver(step, { url: server.url }),
    ];
    expect(outcomes[1]).toEqual(outcomes[0]);
    const [first, second] = server.requests;
    expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
    expect(second?.body.equals(first!.body)).toBe(true);
  });
});

describe("what an answer means", () => {
  const outcomeFor = async (
    answer: ReturnType<typeof answering>,
    settings: object = {},
  ): Promise<Outcome & { message?: string; receipt?: object }> => {
    await using server = await WebReceiver.start(answer);
    return await bench.deliver(await bench.step(), { url: `${server.url}/CANARY-path?CANARY`, ...settings });
  };

  test.each([408, 425, 429, 500, 502, 503, 504, 507])(
    "%i is tried again, when the server says so",
    async (status) => {
      expect(await outcomeFor(answering(status, { "Retry-After": "7" }, "CANARY-4711"))).toEqual({
        kind: "retry",
        code: "deliver-rest.busy",
        message: `The server answered ${status}.`,
        afterMs: 7000,
      });
    },
  );

  test.each([
    ...[401, 403].map((status) => ({ status, code: "deliver-rest.sign-in" })),
    ...[302, 400, 404, 405, 409, 413, 415, 422].map((status) => ({ status, code: "deliver-rest.refused" })),
  ])("$status is for a person to look at: $code", async ({ status, code }) => {
    const outcome = await outcomeFor(answering(status, { Location: "/CANARY" }, "about CANARY-4711"));
    expect(outcome).toMatchObject({
      kind: "rejected",
      code,
      message: expect.stringContaining(String(status)),
    });
    expect(JSON.stringify(outcome)).not.toContain("CANARY");
  });

  test("which statuses are a success is the site's to say", async () => {
    expect(await outcomeFor(answering(202), { successStatuses: [200, 201] })).toMatchObject({
      kind: "rejected",
    });
    expect(await outcomeFor(answering(409), { successStatuses: [201, 409] })).toMatchObject({
      kind: "delivered",
    });
  });

  test.each([
    ['{"data":{"items":[{"a/b":12}]}}', "/data/items/0/a~1b", "12"],
    ['{"id":"urn:x:1"}', "/id", "urn:x:1"],
    ['{"id":"Erika Muster, born 1964"}', "/id", undefined],
    ['{"id":{"x":1}}', "/id", undefined],
    ["no JSON", "/id", undefined],
    ["", "/id", undefined],
  ])("the receipt's id in %s at %s is %s", async (body, receiptPointer, id) => {
    const { receipt } = await outcomeFor(answering(200, {}, body), { receiptPointer });
    expect((receipt as { id?: string }).id).toBe(id);
  });
});

describe("what goes wrong on the way", () => {
  test("no answer, a cut line, another host: with the words of what happened", async () => {
    await using server = await WebReceiver.start(() => {});
    const late = { url: server.url, answerSeconds: 1 };
    expect(await bench.deliver(await bench.step(), late)).toMatchObject({
      kind: "retry",
      code: "deliver-rest.unreachable",
      message: expect.stringContaining("no answer in time"),
    });
    server.answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("half");
      response.destroy();
    };
    expect(await bench.deliver(await bench.step(), late)).toMatchObject({
      kind: "retry",
      code: "deliver-rest.unreachable",
      message: expect.stringMatching(/cut|closed/),
    });
    server.answer = answering(307, { Location: "https://elsewhere.example.org/" });
    expect(await bench.deliver(await bench.step(), late)).toMatchObject({
      kind: "rejected",
      code: "deliver-rest.not-sent",
      message: expect.stringContaining("https://elsewhere.example.org"),
    });
  });

  test("a private address that nobody allowed is not connected to", async () => {
    await using server = await WebReceiver.start();
    const outcome = await bench.deliver(await bench.step(), { url: server.url, privateNetworks: [] });
    expect(outcome).toMatchObject({
      kind: "rejected",
      code: "deliver-rest.not-sent",
      message: expect.stringContaining("privateNetworks"),
    });
    expect(server.connections).toBe(0);
  });

  test("nothing leaves when the result lacks the report, or the file is not what was stored", async () => {
    await using server = await WebReceiver.start();
    const missing = await bench.step();
    expect(await bench.deliver(missing, { url: server.url, artifact: "xml" })).toMatchObject({
      code: "deliver-rest.no-report",
    });
    for (const content of ["other content of the same length..".padEnd(PDF.length), "short"]) {
      const step = await bench.step();
      await writeFile(step.result.artifacts[0]!.path, content);
      expect(await bench.deliver(step, { url: server.url })).toMatchObject({
        code: "deliver-rest.report-changed",
      });
      expect(step.acted).toBe(0);
    }
    expect(server.requests).toEqual([]);
  });

  test("a template that does not come out well for this report is told with its place, without values", async () => {
    await using server = await WebReceiver.start();
    const settings = { url: server.url, body: '{"cut":"{{shorten report.base64 20}}"}' };
    const outcome = await bench.deliver(await bench.step(), settings);
    expect(outcome).toMatchObject({ kind: "rejected", code: "deliver-rest.template" });
    expect(JSON.stringify(outcome)).not.toContain("CANARY");
    expect(server.requests).toEqual([]);
  });
});
