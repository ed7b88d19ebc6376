// The demo as a site runs it: exit code, timeline, and what it says when it cannot work.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "../support/fresh-database.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-demo-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DEMO = resolve(import.meta.dirname, "../../tools/demo/demo.ts");

let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await freshDatabase();
});

async function runDemo(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env["PATH"], THALAMUS_DATA: join(folder, "data"), DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, [DEMO, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise<number | null>((ended) => child.once("close", ended));
  return { code, out, err };
}

describe("npm run demo", () => {
  test("A-001 brings a synthetic study from C-STORE to the report in the PACS and exits 0", async () => {
    const { code, out, err } = await runDemo([]);
    expect(err).toBe("");
    expect(code).toBe(0);
    const wanted = [
      /received {3}312 of 312 objects/,
      /stable/,
      /QC .*pass .*A-301/,
      /QC .*A-305/,
      /processing/,
      /report .*diagnostic result of dti-metrics/,
      /delivered {2}pacs-pdf/,
      /delivered {2}pacs-sr/,
      /has the Encapsulated PDF/,
      /has the Structured Report/,
    ];
    for (const line of wanted) expect(out).toMatch(line);
  });

  test("runs once more on what the first run left, with a folder of one's own", async () => {
    const own = join(folder, "own");
    await writeDwiPhantom(own, { seed: 77, slices: 8, matrix: 32 });
    const { code, out, err } = await runDemo(["--send", own]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/delivered {2}pacs-pdf/);
    expect(out).toMatch(/has the Structured Report/);
  });

  test("says what is wrong with a folder that holds no DICOM and exits 1", async () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const { code, err } = await runDemo(["--send", empty]);
    expect(code).toBe(1);
    expect(err).toContain('FAILED at step "study": no DICOM file in');
  });
});
