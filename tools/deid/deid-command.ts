// The command deid: what is said on its line, what is done with each study, and how it is stopped.
import { existsSync, rmSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { ReceivedStudy } from "@thalamus/sdk";
import { Permanent } from "@thalamus/sdk/errors";
import { makeKeyFile, readKeyFile } from "../../core/secrets/key-file.ts";
import { deriveSiteKeys } from "../../core/secrets/site-keys.ts";
import { DEFAULT_SETTINGS } from "../../plugins/deid-safeharbor/default-settings.ts";
import type { DeidSettings } from "../../plugins/deid-safeharbor/settings.ts";
import { inputFolder, makeFolder, outputFolder } from "./deid-folders.ts";
import { type DeidRun, deidStudy } from "./deid-study.ts";
import { DeidWork } from "./deid-work.ts";
import type { EarlierCopies, EarlierOptions } from "./earlier-copies.ts";
import { type FoundStudies, findStudies } from "./find-studies.ts";
import { Mistake } from "./mistake.ts";
import { ProgressLine } from "./progress-line.ts";
import { placePublicKey } from "./public-key-file.ts";
import { ResultTeller, type ToldResult } from "./result-teller.ts";
import { markRun } from "./run-mark.ts";

const DEFAULT_KEY = join(process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "thalamus/deid.key");

const USAGE = `usage: npm run -s deid -- --in DIR --out DIR [--continue] [--settings FILE] [--key FILE] [--json]

  --in        folder with DICOM files of any name, of one study or several; or with NIfTI images, .bval, .bvec
              and .json of the same name beside them, each folder one study of one patient
  --out       folder for the copies, empty or not there yet: PSEUDONYM/NEW-STUDY-UID/000001.dcm (or .nii.gz …), a
              signed manifest.jsonl beside the files, and the public key that it was signed with
  --continue  goes on with a run that was stopped: --out may hold copies of a run with the same key and settings, and
              studies whose whole copy is there are left out
  --settings  settings of deid-safeharbor, YAML or JSON (plugins/deid-safeharbor/README.md)
  --key       file with the site's secret; made when it is not there (default: ${DEFAULT_KEY})
  --json      says what became of each study as JSON, at the end; without it a study is told as soon as it ends

exit code: 0 every study passed whole, now or before, 3 a study waits for a person, 1 a study failed or was not reached,
or a file cannot be read that may belong to one, 2 a mistake on the command line, or --out is of another key or of other
settings. Nothing of a study that did not pass is left in --out.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      in: { type: "string" },
      out: { type: "string" },
      settings: { type: "string" },
      key: { type: "string", default: DEFAULT_KEY },
      continue: { type: "boolean", default: false },
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
  const { path: out, isEmpty } = outputFolder(values.out, from, values.continue);
  const settings = await settingsOf(values.settings);
  const keys = deriveSiteKeys(secretOf(resolve(values.key), isEmpty));
  const work = new DeidWork(settings, keys);
  const earlier = isEmpty ? undefined : await earlierCopies({ out, settings, keys });
  const found = await foundIn(from);
  const isNew = makeFolder(out);
  const unmark = markRun(out);
  const teller = new ResultTeller({
    json: values.json,
    studies: found.studies.length,
    skipped: found.skipped,
  });
  try {
    const run = { work, out, publicKey: keys.signing.publicKeyPem };
    if (earlier) takeOver(earlier, found.studies, run);
    const isAnyCopied = await eachStudy(found.studies, { ...run, from, earlier, teller });
    if (isNew && !isAnyCopied) rmSync(out, { recursive: true, force: true });
  } finally {
    unmark();
  }
  teller.end();
  return teller.exitCode();
}

/** The declaration and what checks it are loaded for somebody's own settings only: that takes longer than a small study. */
async function settingsOf(file: string | undefined): Promise<DeidSettings> {
  if (file === undefined) return DEFAULT_SETTINGS;
  const { checkedSettings, readSettings } = await import("../plugin-settings.ts");
  const { DeidSettings: schema } = await import("../../plugins/deid-safeharbor/settings.ts");
  return checkedSettings(schema, readSettings(file)) as DeidSettings;
}

/** Loaded to go on with a run only. */
async function earlierCopies(options: EarlierOptions): Promise<EarlierCopies> {
  const { EarlierCopies: copies } = await import("./earlier-copies.ts");
  return copies.open(options);
}

async function foundIn(from: string): Promise<FoundStudies> {
  const line = new ProgressLine();
  const found = await findStudies(from, (...seen) => line.files(...seen));
  line.clear();
  for (const { path, reason, isUnread } of found.skipped)
    process.stderr.write(`${isUnread ? "NOT READ" : "passed by"}: ${path}: ${reason}\n`);
  const { studies, files } = found;
  if (studies.length === 0) throw new Mistake(`There is no DICOM file and no NIfTI image in ${from}.`);
  const counted = `${studies.length} stud${studies.length === 1 ? "y" : "ies"} with ${files} file`;
  process.stderr.write(`${counted}${files === 1 ? "" : "s"} found.\n`);
  return found;
}

type CommandRun = Pick<DeidRun, "work" | "out" | "publicKey">;

function takeOver(earlier: EarlierCopies, studies: readonly ReceivedStudy[], run: CommandRun): void {
  earlier.removeUnfinished();
  if (earlier.count > 0) placePublicKey(run.out, run.publicKey);
  const strangers = earlier.compareWith(studies);
  if (strangers > 0)
    process.stderr.write(`copies in ${run.out} of studies that are not in --in (any more): ${strangers}\n`);
}

interface StudiesRun extends CommandRun {
  readonly from: string;
  readonly earlier: EarlierCopies | undefined;
  readonly teller: ResultTeller;
}

/**
 * Two at a time, where there are two processors.
 * @param studies is emptied on the way, so that nothing of a study is kept that is over
 * @returns whether a copy was made
 */
async function eachStudy(studies: ReceivedStudy[], run: StudiesRun): Promise<boolean> {
  const { earlier, teller, from, ...parts } = run;
  const line = new ProgressLine();
  const signal = stopSignal(line);
  const count = studies.length;
  let isAnyCopied = false;
  const hand = async () => {
    while (!signal.aborted) {
      const index = count - studies.length;
      const study = studies.shift();
      if (!study) return;
      const progress = line.study(`study ${index + 1} of ${count}`);
      const before = await earlier?.resultOf(study);
      const result = before ?? (await deidStudy(study, { ...parts, signal, progress }));
      if (!result) return;
      if (result.state === "done") isAnyCopied = true;
      const source = await sourceOf(study, from);
      line.clear();
      teller.tell({ ...result, source }, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, hand));
  line.clear();
  return isAnyCopied;
}

async function sourceOf(study: ReceivedStudy, from: string): Promise<ToldResult["source"]> {
  const paths = (await study.instances()).map(({ path }) => relative(from, path)).toSorted();
  return { firstFile: paths[0] ?? "", files: paths.length };
}

/** Under npm one Ctrl-C may come twice: from the terminal and from npm. */
const SAME_SIGNAL_MS = 1000;

/** After a second one nothing is cleaned up. */
function stopSignal(line: ProgressLine): AbortSignal {
  const stop = new AbortController();
  let stoppedAt = 0;
  const end = () => {
    if (stop.signal.aborted) {
      if (performance.now() - stoppedAt > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppedAt = performance.now();
    line.clear();
    process.stderr.write(
      "Stopping: what is under way is removed first. Run it again with --continue to go on from here.\n",
    );
    stop.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, end);
  // whoever listened is gone, as with a pipe into head
  process.stdout.on("error", () => {
    if (!stop.signal.aborted) end();
  });
  return stop.signal;
}

/** @param isFirst no copy was made with a secret yet */
function secretOf(file: string, isFirst: boolean): Buffer {
  if (existsSync(file) || !isFirst) return readKeyFile(file);
  const secret = makeKeyFile(file);
  process.stderr.write(
    `A new secret was made: ${file}\nKeep it, and keep it secret: with another one the same patient gets another ` +
      "pseudonym, other UIDs and\nother dates, and who has it can undo the mapping of UIDs by trying.\n",
  );
  return secret;
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
