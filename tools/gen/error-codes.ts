// Reads the registry of error codes, docs/error-codes.md.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

export const REGISTRY = resolve(import.meta.dirname, "../../docs/error-codes.md");

export interface RegisteredCode {
  readonly code: string;
  readonly meaning: string;
  readonly whatToDo: string;
}

/** Every row of every table of the page: `| code | meaning | what to do |`. */
export function registeredCodes(
  text = existsSync(REGISTRY) ? readFileSync(REGISTRY, "utf8") : "",
): RegisteredCode[] {
  return [...text.matchAll(/^\| `([^`]+)` \| (.+?) \| (.*?) \|$/gm)].map(([, code, meaning, whatToDo]) => {
    return { code: code!, meaning: meaning!, whatToDo: whatToDo! };
  });
}
