// What is said to somebody who does not know the words of the command line.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
/** Nobody listens there. */
const NO_DATABASE = { ...process.env, DATABASE_URL: "postgres://nobody:nothing@127.0.0.1:1/nowhere" };

const start = (...words: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], { env: NO_DATABASE }, (error, _output, said) =>
      resolve({ code: Number(error?.code ?? 0), said }),
    );
  });

test("--help tells what can be said", async () => {
  const { code, said } = await start("--help");
  expect(code).toBe(0);
  expect(said).toContain("[FILE] [--json]");
});

test("an unknown word is named, with those that there are", async () => {
  const { code, said } = await start("--jsn");
  expect(code).toBe(2);
  expect(said).toMatch(/^Unknown option '--jsn'/);
  expect(said).toContain("[FILE] [--json]");
});

test("a file that is not there is named", async () => {
  const { code, said } = await start("/nowhere/hub.yaml");
  expect(code).toBe(1);
  expect(said).toContain("/nowhere/hub.yaml");
});

test("a start that fails before the log is open tells its reason last, and nothing of the log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-start-"));
  // a file of this name cannot be opened
  mkdirSync(join(folder, "data/logs/hub.log"), { recursive: true });
  writeFileSync(join(folder, "hub.yaml"), "dataFolder: data\n");
  const { code, said } = await start(join(folder, "hub.yaml"));
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  // one line, with neither a stack nor the password
  expect(said).toBe(
    "database.unreachable: No PostgreSQL server answers at 127.0.0.1:1 (ECONNREFUSED). Is it running, and is DATABASE_URL right?\n",
  );
});
