// Formats a text as the repository's formatter does, so that what is generated passes its check.
import { spawnSync } from "node:child_process";
import { delimiter, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** @param name tells the language by its ending: `hub.schema.json` */
export function formatted(text: string, name: string): string {
  const path = [join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const run = spawnSync("biome", ["format", `--stdin-file-path=${name}`], {
    input: text,
    encoding: "utf8",
    cwd: ROOT,
    env: { ...process.env, PATH: path },
    shell: process.platform === "win32",
  });
  if (run.status !== 0) throw new Error(`biome cannot format ${name}: ${run.error ?? run.stderr}`);
  return run.stdout;
}
