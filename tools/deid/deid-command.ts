// The command deid: what is said on its line, and what it tells.
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import type { ReceivedStudy } from "@thalamus/sdk";
import { Permanent } from "@thalamus/sdk/errors";
import { makeKeyFile, readKeyFile } from "../../core/secrets/key-file.ts";
import { deriveSiteKeys } from "../../core/secrets/site-keys.ts";
import { DEFAULT_SETTINGS } from "../../plugins/deid-safeharbor/default-settings.ts";
import type { DeidSettings } from "../../plugins/deid-safeharbor/settings.ts";
import { codeOf, type PassedBy } from "../folder-files.ts";
import { type DeidResult, deidStudy } from "./deid-study.ts";
import { DeidWork } from "./deid-work.ts";
import { findStudies } from "./find-studies.ts";

const DEFAULT_KEY = join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "thalamus/deid.key");

const USAGE = `usage: npm run -s deid -- --in DIR --out DIR [--settings FILE] [--key FILE] [--json]

  --in        folder with DICOM files of any name, of one study or several; or with NIfTI images, .bval, .bvec
              and .json of the same name beside them, each folder one study of one patient
  --out       folder for the copies, empty or not there yet: PSEUDONYM/NEW-STUDY-UID/000001.dcm (or .nii.gz …), a
              signed manifest.jsonl beside the files, and the public key that it was signed with
  --settings  settings of deid-safeharbor, YAML or JSON (plugins/deid-safeharbor/README.md)
  --key       file with the site's secret; made when it is not there (default: ${DEFAULT_KEY})
  --json      says what became of each study as JSON

exit code: 0 every study passed whole, 3 a study waits for a person, 1 a study failed, or a file cannot be read that
may belong to one, 2 a mistake on the command line. Nothing of a study that did not pass is left in --out.`;

/** What the user needs to see, and nothing else. */
class Mistake extends Error {
  override readonly name = "Mistake";
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      in: { type: "string" },
      out: { type: "string" },
      settings: { type: "string" },
      key: { type: "string", default: DEFAULT_KEY },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (values.in === undefined || values.out === undefined) throw new Mistake(USAGE);
  const from = inputFolder(values.in);
  const out = outputFolder(values.out, from);
  const settings = await settingsOf(values.settings);
  const keys = deriveSiteKeys(secretOf(resolve(values.key)));
  const work = new DeidWork(settings, keys);
  const { studies, skipped } = await findStudies(from);
  for (const { path, reason, isUnread } of skipped)
    process.stderr.write(`${isUnread ? "NOT READ" : "passed by"}: ${path}: ${reason}\n`);
  if (studies.length === 0) throw new Mistake(`There is no DICOM file and no NIfTI image in ${from}.`);
  const isNew = makeFolder(out);
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  const results = await eachStudy(studies, stop.signal, async (study, index) => {
    const progress = showProgress(`study ${index + 1} of ${studies.length}`);
    const result = await deidStudy(study, { work, out, signal: stop.signal, progress });
    return { ...result, source: await sourceOf(study, from) };
  });
  process.stderr.write("\n");
  const anyDone = results.some(({ state }) => state === "done");
  if (anyDone) writeFileSync(join(out, "site-public-key.pem"), keys.signing.publicKeyPem);
  else if (isNew) rmSync(out, { recursive: true, force: true });
  process.stdout.write(
    values.json ? `${JSON.stringify({ studies: results, skipped }, null, 1)}\n` : told(results, skipped),
  );
  return exitCodeOf(results, skipped, studies.length);
}

/** The declaration and what checks it are loaded for somebody's own settings only: that takes longer than a small study. */
async function settingsOf(file: string | undefined): Promise<DeidSettings> {
  if (file === undefined) return DEFAULT_SETTINGS;
  const { checkedSettings, readSettings } = await import("../plugin-settings.ts");
  const { DeidSettings: schema } = await import("../../plugins/deid-safeharbor/settings.ts");
  return checkedSettings(schema, readSettings(file)) as DeidSettings;
}

/** With what the user knows the study by: this stays on the terminal. */
type ToldResult = DeidResult & { readonly source: { readonly firstFile: string; readonly files: number } };

async function sourceOf(study: ReceivedStudy, from: string): Promise<ToldResult["source"]> {
  const paths = (await study.instances()).map(({ path }) => relative(from, path)).toSorted();
  return { firstFile: paths[0] ?? "", files: paths.length };
}

/** Two at a time, where there are two processors. @returns in order; those before an abort only */
async function eachStudy<T>(
  studies: readonly T[],
  signal: AbortSignal,
  work: (study: T, index: number) => Promise<ToldResult>,
): Promise<ToldResult[]> {
  const results: ToldResult[] = [];
  let next = 0;
  const hand = async () => {
    while (next < studies.length && !signal.aborted) {
      const index = next;
      next += 1;
      results[index] = await work(studies[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, hand));
  return results.filter((result) => result !== undefined);
}

function inputFolder(path: string): string {
  const sight = statSync(path, { throwIfNoEntry: false });
  if (!sight) throw new Mistake(`${path} is not there.`);
  if (!sight.isDirectory()) throw new Mistake(`${path} is no folder.`);
  return realpathSync(path);
}

/** Never inside of the originals, and never over something that is there. */
function outputFolder(path: string, from: string): string {
  const wanted = resolve(path);
  let there = wanted;
  while (!existsSync(there)) there = dirname(there);
  const out = join(realpathSync(there), wanted.slice(there.length));
  if (`${out}${sep}`.startsWith(`${from}${sep}`)) throw new Mistake("--out must not be inside of --in.");
  if (`${from}${sep}`.startsWith(`${out}${sep}`)) throw new Mistake("--in must not be inside of --out.");
  if (there !== wanted) return out;
  if (!statSync(out).isDirectory()) throw new Mistake(`${path} is no folder.`);
  if (readdirSync(out).length > 0)
    throw new Mistake(`${path} is not empty: choose another folder for --out.`);
  return out;
}

/** @returns whether it was not there before */
function makeFolder(path: string): boolean {
  try {
    return mkdirSync(path, { recursive: true }) !== undefined;
  } catch (error) {
    throw new Mistake(`${path} cannot be made (${codeOf(error)}).`);
  }
}

function secretOf(file: string): Buffer {
  if (existsSync(file)) return readKeyFile(file);
  const secret = makeKeyFile(file);
  process.stderr.write(
    `A new secret was made: ${file}\nKeep it, and keep it secret: with another one the same patient gets another ` +
      "pseudonym, other UIDs and\nother dates, and who has it can undo the mapping of UIDs by trying.\n",
  );
  return secret;
}

/** One line that is written over on a terminal; elsewhere a line for every tenth. */
function showProgress(study: string): (value: number, stage: string) => void {
  let last = -1;
  return (value, stage) => {
    const tenth = Math.floor(10 * value);
    const text = `${study}: ${Math.round(100 * value)} % ${stage}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    else if (tenth !== last) process.stderr.write(`${text}\n`);
    last = tenth;
  };
}

function told(results: readonly ToldResult[], skipped: readonly PassedBy[]): string {
  const lines = results.flatMap((result, index) => {
    const { firstFile, files } = result.source;
    const others = files > 1 ? ` and ${files - 1} more` : "";
    const study = `study ${index + 1} (${firstFile}${others})`;
    if (result.state === "done")
      return [`${study}: done, ${result.files} file${s(result.files)} in ${result.folder}`];
    const head =
      result.state === "held" ? "waits for a person, nothing was written" : "failed, nothing was written";
    return [`${study}: ${head}`, ...result.reasons.map((reason) => `  ${reason}`)];
  });
  if (results.some(({ state }) => state === "held")) lines.push(HOW_TO_RELEASE);
  const unread = skipped.filter(({ isUnread }) => isUnread).length;
  const others = skipped.length - unread;
  if (others > 0) lines.push(`${others} file${s(others)} passed by: no image.`);
  if (unread > 0)
    lines.push(
      `${unread} file${s(unread)} NOT READ (named above): a copy may be without images of its study.`,
    );
  return `${lines.join("\n")}\n`;
}

const s = (count: number): string => (count === 1 ? "" : "s");

/** What a line says of letting it pass is for the console. */
const HOW_TO_RELEASE =
  "Here a study that waits passes when its files are corrected or left out, or when a pixel rule in --settings answers\n" +
  "for the device; in the console of a hub a person can let it pass, with a reason.";

/** A file that nobody could read may be missing in a study that passed. */
function exitCodeOf(results: readonly DeidResult[], skipped: readonly PassedBy[], studies: number): number {
  const isWhole = results.length === studies && !skipped.some(({ isUnread }) => isUnread);
  if (!isWhole || results.some(({ state }) => state === "failed")) return 1;
  return results.some(({ state }) => state === "held") ? 3 : 0;
}

/** By name: the class comes with what is loaded for settings only. */
const MISTAKES = new Set(["Mistake", "SettingsMistake", "KeyFileError"]);

/** @returns the exit code; what the user did wrong is told on stderr */
export async function runDeidCommand(): Promise<number> {
  try {
    return await main();
  } catch (error) {
    const { code, name, message } = error as Error & { code?: string };
    const isKnown = MISTAKES.has(name) || error instanceof Permanent;
    if (!isKnown && !code?.startsWith("ERR_PARSE_ARGS") && !isOfSystem(code)) throw error;
    process.stderr.write(`${message}\n`);
    return isOfSystem(code) ? 1 : 2;
  }
}

/** Disk full, folder gone: what the system says names no more than a path of the command line. */
const isOfSystem = (code: string | undefined): boolean => /^E[A-Z]+$/.test(code ?? "");
