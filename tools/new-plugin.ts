// Makes a new plugin that type-checks, lints and passes its contract suite: `npm run new deliver-sftp`.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { formatted } from "./gen/formatted.ts";

const ROOT = resolve(import.meta.dirname, "..");
const TEMPLATES = join(import.meta.dirname, "plugin-templates");
const OWN_PLUGINS = join(ROOT, "plugins");
const CODES = "error-codes.md";
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST_NAME = 40;

const USAGE = `usage: npm run new <name> [kind]
       npm run new <name> -- [--kind KIND] [--into DIR]

  name    lower-case words with hyphens; deliver-…, check-… or qc-…, process-…, transform-… or deid-…, intake-… or …-scp,
          web-… or …-portal tell the kind
  kind    check, deliver, intake, process, transform or web
  --into  makes DIR/<name> instead of plugins/<name>: a plugin outside of this repository
`;

/** What a kind's plugins are called. */
const KINDS = {
  check: /^(check|qc)-/,
  deliver: /^deliver-/,
  intake: /^(intake|receive)-|-scp$/,
  process: /^process-|-processing$/,
  transform: /^(transform|deid)-/,
  web: /^web-|-portal$/,
} as const;
type Kind = keyof typeof KINDS;

/** A mistake on the command line. */
class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kind: { type: "string" }, into: { type: "string" } },
  });
  const [name = "", kind = values.kind] = positionals;
  make(name, kind, resolve(values.into ?? OWN_PLUGINS));
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  if (!(error instanceof Refusal) && !code?.startsWith("ERR_PARSE_ARGS")) throw error;
  process.stderr.write(`${code}: ${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 1;
}

function make(name: string, wantedKind: string | undefined, parent: string): void {
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    throw new Refusal("new.bad-name", `"${name}" cannot be the name of a plugin.`);
  }
  const kind = kindOf(name, wantedKind);
  const folder = join(parent, name);
  if (existsSync(folder)) throw new Refusal("new.exists", `${folder} is there already.`);
  const template = join(TEMPLATES, `${kind}-template`);
  const filled = (file: string) => fill(readFileSync(join(template, file), "utf8"), kind, name);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(template).filter((one) => one !== CODES)) {
    writeFileSync(join(folder, file), formatted(filled(file), file));
  }
  say(`wrote ${relative(process.cwd(), folder)}: a plugin of kind ${kind}`);
  if (parent === OWN_PLUGINS) joinRepository(name, existsSync(join(template, CODES)) ? filled(CODES) : "");
  else say("Add it to the configuration with `path:`; docs/plugin-guide.md tells how to test it there.");
}

function kindOf(name: string, wanted: string | undefined): Kind {
  const kinds = Object.keys(KINDS) as Kind[];
  const kind = kinds.find((one) => (wanted === undefined ? KINDS[one].test(name) : one === wanted));
  if (kind) return kind;
  const why =
    wanted === undefined ? `The name ${name} does not tell the kind.` : `There is no kind "${wanted}".`;
  throw new Refusal("new.no-kind", `${why} There are ${kinds.join(", ")}.`);
}

/** Templates are working plugins themselves; only their names are changed. */
function fill(text: string, kind: Kind, name: string): string {
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const words = name.split("-").filter((word) => !Object.values(KINDS).some((of) => of.test(`${word}-`)));
  return text
    .replaceAll(`${kind}-template`, name)
    .replaceAll('"Template"', `"${capital(words.join(" ") || name)}"`)
    .replaceAll("TemplateSettings", `${name.split("-").map(capital).join("")}Settings`);
}

/** What else the repository keeps about its plugins: the registry of codes, the lock file, generated pages. */
function joinRepository(name: string, codes: string): void {
  if (codes !== "") {
    const head = `\n## Plugin ${name}\n\n| Code | Meaning | What to do |\n| --- | --- | --- |\n`;
    appendFileSync(join(ROOT, "docs/error-codes.md"), `${head}${codes}`);
    say("added its codes to docs/error-codes.md");
  }
  // npm ci refuses a workspace that the lock file does not have
  run("npm", ["install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"]);
  say("added it to package-lock.json");
  run(process.execPath, ["tools/gen/gen.ts"]);
  say(`\nNext: npm run check && npx vitest run plugins/${name}`);
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) say(`failed, run it yourself: ${[command, ...args].join(" ")}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
