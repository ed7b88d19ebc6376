// A new plugin is right from its first minute: it type-checks, lints and passes its contract suite.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const BIN = join(ROOT, "node_modules/.bin");
const KINDS = {
  "deliver-sftp": "deliver",
  "qc-nifti": "check",
  "store-scp": "intake",
  "process-flair": "process",
  "deid-strict": "transform",
  "web-arrivals": "web",
};

interface Run {
  readonly exitCode: number;
  readonly output: string;
}

const run = (command: string, args: readonly string[], cwd = ROOT): Promise<Run> =>
  new Promise((finish) => {
    execFile(command, args, { cwd }, (error, stdout, stderr) => {
      finish({ exitCode: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
const make = (...args: string[]) =>
  run(process.execPath, [join(import.meta.dirname, "new-plugin.ts"), ...args]);

let outside: string;
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "new-plugin-"));
  // as if the SDK and the test runner were installed beside the plugins
  symlinkSync(join(ROOT, "node_modules"), join(outside, "node_modules"));
  const options = { extends: join(ROOT, "tsconfig.json"), include: [outside], exclude: ["node_modules"] };
  writeFileSync(join(outside, "tsconfig.json"), JSON.stringify(options));
  // without the rules that look at whole projects: they would read all that is installed
  const { formatter, linter } = JSON.parse(readFileSync(join(ROOT, "biome.json"), "utf8"));
  const settings = {
    formatter,
    linter: { rules: { preset: linter.rules.preset, style: linter.rules.style } },
  };
  writeFileSync(join(outside, "biome.json"), JSON.stringify(settings));
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

describe("npm run new", () => {
  test.each(Object.entries(KINDS))("makes %s a plugin of kind %s, told by its name", async (name, kind) => {
    const { exitCode, output } = await make(name, "--into", outside);
    expect([exitCode, output]).toEqual([0, expect.stringContaining(`a plugin of kind ${kind}`)]);
    const code = readFileSync(join(outside, name, "plugin.ts"), "utf8");
    expect(code.split("\n")[0]).toMatch(new RegExp(`^// ${name}: `));
    expect(code).not.toMatch(/template/i);
  });

  test("what it made type-checks with the repository's settings and lints", async () => {
    expect(await run(join(BIN, "tsc"), ["-p", outside])).toEqual({ exitCode: 0, output: "" });
    const linted = await run(
      join(BIN, "biome"),
      ["check", "--error-on-warnings", ...Object.keys(KINDS)],
      outside,
    );
    expect(linted.exitCode, linted.output).toBe(0);
  });

  test("what it made passes its contract suite with nothing else edited", async () => {
    const { exitCode, output } = await run(
      join(BIN, "vitest"),
      ["run", "--root", outside, "--reporter=dot"],
      outside,
    );
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/Test Files .*6 passed/);
  });

  test.each([
    ["a name with capitals", ["Deliver_Sftp"], "new.bad-name"],
    ["a name that leaves the folder", ["../deliver-sftp"], "new.bad-name"],
    ["a name that is too long", [`deliver-${"x".repeat(40)}`], "new.bad-name"],
    ["no name", [], "new.bad-name"],
    ["a name that tells no kind", ["fax"], "new.no-kind"],
    ["a kind that is not there", ["fax", "--kind", "send"], "new.no-kind"],
    ["a name that is taken", ["dicom-scp"], "new.exists"],
    ["an unknown option", ["fax", "--knd", "check"], "ERR_PARSE_ARGS_UNKNOWN_OPTION"],
  ])("refuses %s with a code and says how it is used", async (_, args, code) => {
    const { exitCode, output } = await make(...args);
    expect(exitCode).toBe(1);
    expect(output).toMatch(new RegExp(`^${code}: `));
    expect(output).toContain("usage: npm run new");
  });
});
