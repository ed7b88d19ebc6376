// Says what is wrong with a configuration: every problem at once, each with its path and line in the file.
import type { ErrorObject } from "ajv";
import { type Document, isNode, type LineCounter } from "yaml";

export interface ConfigProblem {
  /** Where in the file: `plugins[2].settings.port`. */
  readonly path: string;
  readonly line: number | undefined;
  readonly message: string;
}

/** Refuses a configuration; the message lists every problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "config.invalid";
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, line, message }) => {
      const where = line === undefined ? "" : ` (line ${line})`;
      return `  ${path === "" ? "(whole file)" : path}${where}: ${message}`;
    });
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${file} has ${count}:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/** `/plugins/2/settings/port` → `plugins[2].settings.port` */
export function readablePath(pointer: string): string {
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.reduce((path, part) => {
    if (/^\d+$/.test(part)) return `${path}[${part}]`;
    return path === "" ? part : `${path}.${part}`;
  }, "");
}

/** Turns ajv's errors into words a site admin understands. */
export function problemsOf(
  errors: readonly ErrorObject[],
  prefix: string,
  lineOf: (pointer: string) => number | undefined,
): ConfigProblem[] {
  const seen = new Set<string>();
  const problems: ConfigProblem[] = [];
  for (const error of errors) {
    if (error.keyword === "if" || error.keyword === "anyOf") continue;
    const extra = error.keyword === "additionalProperties" ? `/${error.params["additionalProperty"]}` : "";
    const pointer = `${prefix}${error.instancePath}${extra}`;
    const problem = { path: readablePath(pointer), line: lineOf(pointer), message: words(error) };
    const key = `${problem.path} ${problem.message}`;
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  }
  return problems;
}

function words(error: ErrorObject): string {
  const { params } = error;
  switch (error.keyword) {
    case "additionalProperties":
      return "is not a known setting";
    case "required":
      return `needs the setting "${params["missingProperty"]}"`;
    case "type":
      return `must be ${[params["type"]].flat().join(" or ")}`;
    case "const":
      return `must be ${JSON.stringify(params["allowedValue"])} or another allowed value`;
    case "enum":
      return `must be one of ${(params["allowedValues"] as unknown[]).map(String).join(", ")}`;
    case "pattern": {
      const { description } = (error.parentSchema ?? {}) as { description?: string };
      const message = error.message ?? "is wrong";
      return description === undefined ? message : `${message}: ${description}`;
    }
    default:
      return error.message ?? "is wrong";
  }
}

/** Finds the line of a JSON pointer in a YAML document; the nearest ancestor that is there. */
export function lineFinder(document: Document, lines: LineCounter): (pointer: string) => number | undefined {
  return (pointer) => {
    const path = pointer.split("/").slice(1);
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
}
