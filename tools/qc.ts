// Checks a folder with a DICOM or NIfTI study from the command line, with the hub's own checks: npm run -s qc -- DIR
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import type { CheckPlugin, CheckStep, Outcome, ReceivedStudy } from "@thalamus/sdk";
import { lastValueFrom, of } from "rxjs";
import { readImageFacts } from "../plugins/qc-dicom/image-facts.ts";
import qcDicom from "../plugins/qc-dicom/plugin.ts";
import qcNifti from "../plugins/qc-nifti/plugin.ts";
import { BROKEN_DICOM, pathInside } from "./folder-files.ts";
import { checkedSettings, readSettings, SettingsMistake } from "./plugin-settings.ts";
import { FolderRefusal, studyOfFolder } from "./qc/folder-study.ts";
import { lineTable } from "./qc/line-table.ts";

const USAGE = `usage: npm run -s qc -- DIR [--json] [--profile NAME | --settings FILE]

  DIR         a folder with one study: DICOM files, or NIfTI images with .bval, .bvec and .json
  --json      prints one JSON object instead of a table
  --profile   rule set: general-dti (default), neuropacs-2026-05, neuropacs-ifu-1.7, or the absolute path of a
              JSON file with one of your own
  --settings  YAML or JSON file with settings of qc-dicom or qc-nifti, as under settings in config/hub.yaml
  --help      prints this

Ends with 0 when the study passes, 3 when the hub would hold it, 1 when it cannot be checked.
Nothing that is printed identifies the patient, and nothing is written.
`;

const PASSED = 0;
const REFUSED = 1;
const HELD = 3;

/** What the user needs to see, and nothing else. */
class QcFailure extends Error {}

type Judged = Extract<Outcome, { kind: "passed" | "held" }>;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      profile: { type: "string" },
      settings: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return PASSED;
  }
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new QcFailure(USAGE);
  const study = await studyOfFolder(folder);
  // the two differ in their settings only, which are checked against their own declaration below
  const plugin = (study.format === "dicom" ? qcDicom : qcNifti) as unknown as CheckPlugin;
  const given = {
    ...(values.settings === undefined ? {} : readSettings(values.settings)),
    ...(values.profile === undefined ? {} : { profile: values.profile }),
  };
  const outcome = await judge(plugin, study, checkedSettings(plugin.settings, given));
  const isIncomplete = outcome.lines.some(({ id, verdict }) => id === "A-301" && verdict === "fail");
  if (isIncomplete && study.format === "dicom") await nameUnreadable(folder, study);
  print(plugin.name, outcome, values.json);
  return outcome.kind === "passed" ? PASSED : HELD;
}

/** The check counts them; who has the folder can tell them apart. */
async function nameUnreadable(folder: string, study: ReceivedStudy): Promise<void> {
  for (const instance of await study.instances()) {
    if (await readImageFacts(instance)) continue;
    process.stderr.write(`NOT READ: ${pathInside(folder, instance.path)}: ${BROKEN_DICOM}\n`);
  }
}

async function judge(plugin: CheckPlugin, study: ReceivedStudy, settings: object): Promise<Judged> {
  const step: CheckStep = {
    id: randomUUID(),
    attempt: 1,
    study,
    signal: new AbortController().signal,
    acting: () => Promise.reject(new Error("a check does nothing outside")),
    progress: () => undefined,
    workspace: () => Promise.reject(new Error("a check has no folder")),
  };
  let outcome: Outcome;
  try {
    ({ outcome } = await lastValueFrom(plugin.check(of(step), { settings } as never)));
  } catch (error) {
    throw new QcFailure(`${plugin.name} ${(error as Error).message}`);
  }
  if (outcome.kind === "passed" || outcome.kind === "held") return outcome;
  throw new QcFailure("message" in outcome ? outcome.message : `The check ended as ${outcome.kind}.`);
}

function print(plugin: string, { kind, lines, rules }: Judged, asJson: boolean): void {
  const verdict = kind === "passed" ? "pass" : "fail";
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ verdict, check: plugin, rules, lines }, null, 2)}\n`);
    return;
  }
  const count = (wanted: string) => lines.filter((line) => line.verdict === wanted).length;
  const head = `${plugin}, rule set ${rules?.name} ${rules?.version}`;
  const sum = `${verdict === "pass" ? "PASS" : "FAIL"}: ${count("fail")} failed, ${count("warn")} warnings`;
  process.stdout.write(`${head}\n\n${lineTable(lines)}\n\n${sum}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const isKnown = [QcFailure, FolderRefusal, SettingsMistake].some((kind) => error instanceof kind);
  const isUnreadable = code === "EACCES" || code === "ENOENT";
  if (!isKnown && !isUnreadable && !code?.startsWith("ERR_PARSE_ARGS")) throw error;
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exitCode = REFUSED;
}
