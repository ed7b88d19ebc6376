// Reports of groups by REST: as they are, or in a body of the site's own.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutgoingDocument } from "@thalamus/sdk";
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, expect, test } from "vitest";
import plugin from "./plugin.ts";
import { RestBench } from "./testing/rest-bench.ts";

const bench = new RestBench();
afterAll(() => bench[Symbol.asyncDispose]());

const TABLE = Buffer.from("study,FA\r\ns1,0.43\r\n");

function document(): OutgoingDocument {
  const path = join(bench.folder, "table.csv");
  writeFileSync(path, TABLE);
  return {
    id: "7d9b1b3e-2f8b-4d2c-8a64-0d6f0f6f6a11",
    ...{ title: 'Prediction Indexes of "A"', fileName: "Größe (A) 'x'.csv", mediaType: "text/csv" },
    ...{ path, bytes: TABLE.length, sha256: createHash("sha256").update(TABLE).digest("hex"), rows: 1 },
    createdAt: new Date("2026-01-02T03:04:05Z"),
    group: { id: "g", name: '"A"' },
    acting: async () => {},
  };
}
const deliver = (settings: object) =>
  plugin.deliverDocument!(document(), bench.scope(settings), AbortSignal.timeout(10_000));

test("A-163 the file itself, with a name of any letters, the key, and the sign-in of results", async () => {
  await using server = await WebReceiver.start(answering(201, {}, '{"id":"G-1"}'));
  const auth = { kind: "bearer", secret: "token" };
  const outcome = await deliver({ url: `${server.url}/in`, method: "PUT", auth });
  const { sha256, bytes, id } = document();
  expect(outcome).toEqual({
    kind: "delivered",
    receipt: { status: 201, id: "G-1", url: `${server.url}/in`, sha256, bytes },
  });
  const [request] = server.requests;
  expect(request).toMatchObject({ method: "PUT", url: "/in", headers: { authorization: "Bearer token" } });
  expect(request?.headers["content-disposition"]).toBe(
    "attachment; filename=\"Gr__e (A) 'x'.csv\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%28A%29%20%27x%27.csv",
  );
  expect(request?.headers["idempotency-key"]).toBe(id);
  expect(request?.body.equals(TABLE)).toBe(true);
});

test("A-163 a body of the site's own at an address of its own; values stay inside of their strings", async () => {
  await using server = await WebReceiver.start();
  await deliver({
    url: `${server.url}/results/{{result.id}}`,
    documentUrl: `${server.url}/groups/{{group.name}}`,
    documentBody: '{"title":"{{document.title}}","rows":{{document.rows}},"file":"{{document.base64}}"}',
  });
  const [request] = server.requests;
  expect(request?.url).toBe("/groups/%22A%22");
  expect(request?.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(String(request?.body))).toEqual({
    title: 'Prediction Indexes of "A"',
    rows: 1,
    file: TABLE.toString("base64"),
  });
});

test("an address that names a result cannot be filled in, and wrong settings are told before", async () => {
  await using server = await WebReceiver.start();
  await expect(deliver({ url: `${server.url}/{{result.id}}` })).rejects.toMatchObject({
    code: "deliver-rest.template",
  });
  expect(server.requests).toHaveLength(0);
  const problems = (settings: object) =>
    plugin.settingsProblems!(bench.scope(settings)).map(({ path }) => path);
  const url = "https://reports.example.org/in";
  expect(problems({ url, documentBody: '{"a":"{{patient.id}}"}' })).toEqual(["documentBody"]);
  expect(problems({ url, documentUrl: "https://other.example.org/in" })).toEqual(["documentUrl"]);
  expect(problems({ url, documentUrl: `${url}/{{group.id}}`, documentBody: "" })).toEqual([]);
});
