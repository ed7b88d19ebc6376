// The JavaScript library in a browser: preflights, headers of answers and refusals, and pages that may not come in.
import { afterAll, beforeAll, expect, test } from "vitest";
import { JAVASCRIPT } from "../testing/dialects.ts";
import { GenerationOneClient } from "../testing/generation-1-client.ts";
import { type ServedCloud, servedCloud } from "../testing/served-cloud.ts";

const FRIEND = "https://viewer.example.org";
let cloud: ServedCloud;
beforeAll(async () => {
  cloud = await servedCloud({ settings: { browserOrigins: [FRIEND] } });
});
afterAll(() => cloud.stop());

const preflight = (path: string, origin: string) => {
  const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
  return fetch(`${cloud.url}${path}`, { method: "OPTIONS", headers });
};

test.each(["/api/connect/", "/api/newJob/", "/parts/some/address"])(
  "a preflight for %s is answered",
  async (path) => {
    const response = await preflight(path, FRIEND);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(FRIEND);
    expect(response.headers.get("access-control-allow-methods")).toContain("PUT");
    for (const name of ["Content-Type", "Origin-Type", "X-Api-Key", "Connection-Id"]) {
      expect(response.headers.get("access-control-allow-headers")).toContain(name);
    }
  },
);

test("a page of another site gets no leave, and generation 2 gives none to anybody", async () => {
  for (const response of [
    await preflight("/api/connect/", "https://evil.example"),
    await preflight("/new-order", FRIEND),
  ]) {
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("answers and refusals can be read by the page, and the ETag of a part as well", async () => {
  const headers = { Origin: FRIEND };
  const client = new GenerationOneClient({
    ...{ url: cloud.url, apiKey: cloud.keys[0]!.secret, dialect: JAVASCRIPT, headers },
  });
  await client.connect();
  await client.upload(await client.newJob(), [Buffer.from("archive")]);
  const refused = await fetch(`${cloud.url}/api/newJob/`, { headers });
  expect(refused.status).toBe(401);
  expect(refused.headers.get("access-control-allow-origin")).toBe(FRIEND);
  expect(refused.headers.get("access-control-expose-headers")).toContain("ETag");
  expect(refused.headers.get("vary")).toContain("Origin");
});
