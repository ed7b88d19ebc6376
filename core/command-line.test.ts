// What is said to somebody who does not know the words of the command line.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const start = (...words: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, "main.ts"), ...words], (error, _output, said) =>
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
