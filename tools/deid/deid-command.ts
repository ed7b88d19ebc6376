// The command deid: what is said on its line, and what it tells.
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import type { ReceivedStudy } from "@thalamus/sdk";
import { KeyFileError, makeKeyFile, readKeyFile } from "../../core/secrets/key-file.ts";
import { deriveSiteKeys } from "../../core/secrets/site-keys.ts";
import plugin from "../../plugins/deid-safeharbor/plugin.ts";
import { checkedSettings, readSettings, SettingsMistake } from "../plugin-settings.ts";
import { type DeidResult, deidStudy } from "./deid-study.ts";
import { DeidWork } from "./deid-work.ts";
import { findStudies, type SkippedFile } from "./find-studies.ts";

const DEFAULT_KEY = join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "thalamus/deid.key");

const USAGE = `usage: npm run -s deid -- --in DIR --out DIR [--settings FILE] [--key FILE] [--json]

  --in        folder with DICOM files of any name, of one study or several; or with NIfTI images, .bval, .bvec
              and .json of the same name beside them, each folder one study of one patient
  --out       folder for the copies, empty or not there yet: PSEUDONYM/NEW-STUDY-UID/000001.dcm (or .nii.gz …), a
              signed manifest.jsonl beside the files, and the public key that it was signed with
  --settings  settings of deid-safeharbor, YAML or JSON (plugins/deid-safeharbor/README.md)
  --key       file with the site's secret; made when it is not there (default: ${DEFAULT_KEY})
  --json      says what became of each study as JSON

exit code: 0 every study passed whole, 3 a study waits for a person, 1 a study failed, 2 a mistake on the
command line. Nothing of a study that did not pass is left in --out.`;

/** What the user needs to see, and nothing else. */
class Mistake extends Error {}

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
  const given = values.settings === undefined ? {} : readSettings(values.settings);
  const settings = checkedSettings(plugin.settings, given);
  const keys = deriveSiteKeys(secretOf(resolve(values.key)));
  const { studies, skipped } = await findStudies(from);
  for (const { path, reason } of skipped) process.stderr.write(`passed by: ${path}: ${reason}\n`);
  if (studies.length === 0) throw new Mistake(`There is no DICOM file and no NIfTI image in ${from}.`);
  mkdirSync(out, { recursive: true });
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  using work = new DeidWork(settings, keys);
  const results = await eachStudy(studies, stop.signal, async (study, index) => {
    const progress = showProgress(`study ${index + 1} of ${studies.length}`);
    const result = await deidStudy(study, { work, out, signal: stop.signal, progress });
    return { ...result, source: await sourceOf(study, from) };
  });
  process.stderr.write("\n");
  const anyDone = results.some(({ state }) => state === "done");
  if (anyDone) writeFileSync(join(out, "site-public-key.pem"), keys.signing.publicKeyPem);
  else rmSync(out, { recursive: true, force: true });
  process.stdout.write(
    values.json ? `${JSON.stringify({ studies: results, skipped }, null, 1)}\n` : told(results, skipped),
  );
  return exitCodeOf(results, studies.length);
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

function told(results: readonly ToldResult[], skipped: readonly SkippedFile[]): string {
  const lines = results.flatMap((result, index) => {
    const { firstFile, files } = result.source;
    const others = files > 1 ? ` and ${files - 1} more` : "";
    const study = `study ${index + 1} (${firstFile}${others})`;
    if (result.state === "done") return [`${study}: done, ${result.files} files in ${result.folder}`];
    const head =
      result.state === "held" ? "waits for a person, nothing was written" : "failed, nothing was written";
    return [`${study}: ${head}`, ...result.reasons.map((reason) => `  ${reason}`)];
  });
  if (skipped.length > 0) lines.push(`${skipped.length} files were passed by`);
  return `${lines.join("\n")}\n`;
}

function exitCodeOf(results: readonly DeidResult[], studies: number): number {
  if (results.length < studies || results.some(({ state }) => state === "failed")) return 1;
  return results.some(({ state }) => state === "held") ? 3 : 0;
}

/** @returns the exit code; what the user did wrong is told on stderr */
export async function runDeidCommand(): Promise<number> {
  try {
    return await main();
  } catch (error) {
    const { code } = error as { code?: string };
    const isKnown = [Mistake, SettingsMistake, KeyFileError].some((kind) => error instanceof kind);
    if (!isKnown && !code?.startsWith("ERR_PARSE_ARGS")) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
}
