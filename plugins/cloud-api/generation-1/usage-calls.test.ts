// Usage reports of generation 1: dates as clients write them, by key, as text, JSON and mail.
import { afterAll, beforeAll, expect, test } from "vitest";
import { JAVA } from "../testing/dialects.ts";
import { GenerationOneClient } from "../testing/generation-1-client.ts";
import { memoryKey } from "../testing/memory-access.ts";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";

const key = memoryKey("1");
const orderId = "4f9b1f6e-0000-4000-8000-000000000000";
const uses = [
  {
    ...{ keyId: key.caller.keyId, keyName: "Scanner room", orderId, product: "dti-metrics" },
    at: new Date("2026-01-02T03:04:05Z"),
  },
];
const mail = { host: "mail.example", port: 25, security: "none", from: "hub@hospital.example" };
let cloud: ServedCloud;
let client: GenerationOneClient;
beforeAll(async () => {
  cloud = await servedCloud({ keys: [key], uses, settings: { mail } });
  client = new GenerationOneClient({ url: cloud.url, apiKey: key.secret, dialect: JAVA });
  await client.connect();
});
afterAll(() => cloud.stop());

const report = (format: string, startDate = "1/2/2026", endDate = "01/31/2026") =>
  client.text("getReport", { format, startDate, endDate });

test("X-087 as JSON and as text, with the key's name and never the key", async () => {
  expect(JSON.parse(await report("JSON"))).toEqual({
    ...{ startDate: "1/2/2026", endDate: "01/31/2026", totalUsages: 1 },
    apiKeys: [
      {
        ...{ apiKey: "Scanner room", usages: 1 },
        orders: [{ orderId, product: "dti-metrics", date: "2026-01-02T03:04:05.000Z" }],
      },
    ],
  });
  const text = await report("txt");
  expect(text).toContain("apiKey");
  expect(text).toContain(`Scanner room\t2026-01-02 03:04\t${orderId}\tdti-metrics`);
  expect(text).not.toContain(key.secret);
});

test("by mail to the admins of the organisation", async () => {
  expect(await report("email")).toBe("Email sent successfully to admin@hospital.example.");
  expect(cloud.mailer.mails).toMatchObject([
    { from: "hub@hospital.example", to: "admin@hospital.example", text: expect.stringContaining(orderId) },
  ]);
});

test("by mail is refused where no server is named", async () => {
  await using other = (await servedCloud({ keys: [key] })).web;
  const without = new GenerationOneClient({ url: other.url, apiKey: key.secret, dialect: JAVA });
  await without.connect();
  const fields = { format: "email", startDate: "1/1/2026", endDate: "1/1/2026" };
  await expect(without.text("getReport", fields)).rejects.toThrow("not set up");
});

const dayAfter = (days: number): string => {
  const at = new Date(Date.now() + days * 86_400_000);
  return `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()}`;
};

test.each([
  ["invalid", "1/1/2026", "Invalid date format (MM/DD/YYYY)."],
  ["1/1/2026", "2026-01-01", "Invalid date format (MM/DD/YYYY)."],
  ["2/30/2026", "3/1/2026", "Invalid date format (MM/DD/YYYY)."],
  ["1/1/2026", dayAfter(3), "Provided date must not exceed current date."],
  ["1/2/2026", "1/1/2026", "start_date must not exceed end_date."],
])("from %s to %s is refused", async (from, to, words) => {
  await expect(report("txt", from, to)).rejects.toThrow(words);
});

test("of an unknown format is refused, today is a day like others", async () => {
  await expect(report("pdf")).rejects.toThrow("Invalid format.");
  expect(await report("txt", "1/1/2026", dayAfter(0))).toContain("Total usages: 1");
});
