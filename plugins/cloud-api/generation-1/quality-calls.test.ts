// The table of the quality check as clients read it: at least twelve rows, the verdict over all at index 11.
import type { CheckLine } from "@thalamus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PYTHON } from "../testing/dialects.ts";
import { GenerationOneClient } from "../testing/generation-1-client.ts";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";
import { rowsOf } from "./quality-calls.ts";

const line = (number: number, verdict: CheckLine["verdict"] = "pass"): CheckLine => ({
  ...{ id: `A-${number}`, title: `Check ${number}`, verdict, found: `=${number}`, wanted: "some, more" },
});
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(index));

test.each([0, 1, 8, 11, 12, 30])("%d checks", (count) => {
  const rows = rowsOf({ verdict: "fail", lines: lines(count) });
  expect(rows).toHaveLength(Math.max(12, count + 1));
  expect(rows[11]).toMatchObject({ Check: "Overall", Status: "FAIL" });
  expect(rows.filter(({ Check }) => Check.startsWith("Check"))).toHaveLength(count);
});

test("what a person let pass counts as passed, a warning is one", () => {
  const rows = rowsOf({
    verdict: "bypassed",
    lines: [line(1, "bypassed"), line(2, "warn"), line(3, "fail")],
  });
  expect(rows.slice(0, 3).map(({ Status }) => Status)).toEqual(["PASS", "WARN", "FAIL"]);
  expect(rows[11]?.Status).toBe("PASS");
});

let cloud: ServedCloud;
let client: GenerationOneClient;
beforeAll(async () => {
  cloud = await servedCloud();
  client = new GenerationOneClient({ url: cloud.url, apiKey: cloud.keys[0]!.secret, dialect: PYTHON });
  await client.connect();
});
afterAll(() => cloud.stop());

test("as text and as CSV, where a formula is disarmed", async () => {
  const orderId = await client.newJob();
  await client.upload(orderId, [Buffer.from("archive")]);
  expect(await client.text("qcCheck", { orderId, format: "txt" })).toBe(
    "QC PASSED\nPASS Series, at least one: 1 (1)\n",
  );
  expect(await client.text("qcCheck", { orderId, format: "csv" })).toBe(
    'Check,Status,Found,Wanted\r\n"Series, at least one",PASS,1,1\r\nOverall,PASS,,\r\n',
  );
});

test.each([
  ["upload.bad-archive", "ERR_UNZIP_FAILED"],
  ["plugin.bug", "ERR_GENERIC"],
])("data that could not even be checked (%s) fails with %s", async (code, expected) => {
  const orderId = await client.newJob();
  cloud.desk.change(orderId, { status: "FAILED", failure: { code, message: "No." } });
  expect(await client.json("qcCheck", { orderId, format: "json" })).toEqual({
    status: "FAIL",
    code: expected,
  });
  expect(await client.text("qcCheck", { orderId, format: "txt" })).toBe(`QC FAILED ${expected}\n`);
});
