// Says in one line why the code of a plugin cannot be loaded, with file and line.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** @param file of the plugin's declaration, for errors that do not say where they are */
export function loadFailure(file: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`${file}: the plugin threw no Error`, { cause: error });
  const place = placeIn(error.stack ?? "") ?? (error instanceof SyntaxError ? checkedPlace(file) : undefined);
  return new Error(`${place ?? file}: ${error.message}`, { cause: error });
}

const HUB = resolve(import.meta.dirname, "..");
/** `/a/b.ts:3`, `at file:///a/b.ts:3:7`, `at async name (file:///a/b.ts:3:7)` */
const PLACE = /^(?:at )?(?:async )?(?:.*\()?((?:file:\/\/)?(?:\/|[A-Z]:\\).*?):(\d+)(?::\d+)?\)?$/;

/** The first place in a stack that is neither in Node nor in the hub. */
function placeIn(stack: string): string | undefined {
  for (const line of stack.split("\n")) {
    const [, path = "", number] = PLACE.exec(line.trim()) ?? [];
    const file = path.startsWith("file:") ? fileURLToPath(path) : path;
    if (file !== "" && !file.startsWith(HUB)) return `${file}:${number}`;
  }
  return undefined;
}

/** V8 keeps the place of a syntax error out of the stack; Node prints it when it only checks the file. */
function checkedPlace(file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 10_000 });
  return placeIn(stderr);
}
