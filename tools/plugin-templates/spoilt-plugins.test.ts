// The contract suites find what is wrong: each template, spoilt in one place, fails in just the test meant for it.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ofTheDay } from "../../test/support/of-the-day.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface Spoilt {
  readonly template: "check" | "deliver" | "intake" | "process" | "transform" | "web";
  /** Where it is; plugin.ts when left out. */
  readonly file?: string;
  /** Replaced once. */
  readonly right: string;
  readonly wrong: string;
  /** Beginning of the name of the test that finds it. */
  readonly found: string;
}

const WAYS: Readonly<Record<string, Spoilt>> = {
  "does not say that it acts": {
    template: "deliver",
    right: "await step.acting();",
    wrong: "",
    found: "it says that it acts before anything leaves",
  },
  "doubles what it repeats": {
    template: "deliver",
    right: "step.result.id}.pdf",
    wrong: "crypto.randomUUID()}.pdf",
    found: "a repeat of a step brings the same thing once more",
  },
  "delivers when it is only tested": {
    template: "deliver",
    right: 'ask(settings.url, { method: "HEAD"',
    wrong: 'ask(settings.url, { method: "PUT"',
    found: "the test button tells whether the destination is there",
  },
  "tells the patient's name": {
    template: "deliver",
    right: "delivered({ status, sha256: report.sha256 })",
    wrong: "delivered({ status, sha256: report.sha256, for: step.study.identity.reveal().patientName })",
    found: "nothing in outcome, log or progress tells who the patient is",
  },
  "ends its stream when a step throws": {
    template: "check",
    right: "      eachStep(\n        async (step) => {",
    wrong:
      "      ((work: any, { width }: any) => mergeMap(async (step: any) => ({ step, outcome: await work(step) }), width))(\n        async (step: any) => {\n          if (step.signal.aborted) return { kind: 'released' };",
    found: "a step that throws is settled",
  },
  "has a setting that nobody can understand": {
    template: "check",
    right: '    description: "A study with fewer is held for a person.",\n',
    wrong: "",
    found: "every setting has a title and a description",
  },
  "announces a wrong checksum": {
    template: "process",
    right: 'createHash("sha256").update(text)',
    wrong: 'createHash("sha256")',
    found: "the files of a result lie in the step's workspace",
  },
  "keeps a UID of its source": {
    template: "transform",
    right: "    seriesInstanceUid: names.uidOf(instance.seriesInstanceUid),",
    wrong: "    seriesInstanceUid: instance.seriesInstanceUid,",
    file: "copy-image.ts",
    found: "every instance has one file in the copy",
  },
  "leaves the patient's name in an image": {
    template: "transform",
    right: "const KEPT: readonly Keyword[] = [",
    wrong: 'const KEPT: readonly Keyword[] = [\n  "ReferringPhysicianName",',
    file: "copy-image.ts",
    found: "no value that identifies the patient is in the bytes",
  },
  "gives other names at every run": {
    template: "transform",
    right: "const patientPseudonym = `P",
    wrong: "const patientPseudonym = Math.random() + `P",
    file: "copy-image.ts",
    found: "UIDs and pseudonym are the same on another run",
  },
  "does not notice that its port is taken": {
    template: "intake",
    right: "throw new Permanent(",
    wrong: "return void new Permanent(",
    found: "a port that is taken is told as an error",
  },
  "logs what it was asked for": {
    template: "web",
    right: "{ status });\n        call",
    wrong: "{ status, accession: call.query.get('accession') });\n        call",
    found: "the log tells nothing of what was asked and answered",
  },
  "goes on after it was stopped": {
    template: "web",
    right: "stopping = true;",
    wrong: "",
    found: "stopping may be asked for twice, and refuses new requests with 503",
  },
};
const SPOILT = Object.fromEntries(ofTheDay(Object.entries(WAYS), 4));

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

let folder: string;
let report: Report;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spoilt-plugins-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [index, { template, right, wrong, file: spoilt = "plugin.ts" }] of Object.values(
    SPOILT,
  ).entries()) {
    const plugin = join(folder, String(index), `${template}-template`);
    cpSync(join(import.meta.dirname, `${template}-template`), plugin, { recursive: true });
    const file = join(plugin, spoilt);
    const code = readFileSync(file, "utf8");
    if (!code.includes(right)) throw new Error(`the template has no ${right}`);
    const head = wrong.includes("mergeMap") ? 'import { mergeMap } from "rxjs";\n' : "";
    writeFileSync(file, head + code.replace(right, () => wrong));
  }
  report = await run();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(): Promise<Report> {
  const output = join(folder, "report.json");
  const args = ["run", "--root", folder, "--reporter=json", `--outputFile=${output}`, "--testTimeout=5000"];
  await new Promise((ended) => {
    execFile(join(ROOT, "node_modules/.bin/vitest"), args, { cwd: folder }, ended);
  });
  return JSON.parse(readFileSync(output, "utf8")) as Report;
}

test.each(Object.entries(SPOILT))("a plugin that %s is found out", (name, { found }) => {
  const place = join(folder, String(Object.keys(SPOILT).indexOf(name)));
  const file = report.testResults.find((one) => one.name.startsWith(`${place}/`));
  const failed = file?.assertionResults.filter(({ status }) => status === "failed").map(({ title }) => title);
  expect(failed, file?.message).toEqual([expect.stringMatching(new RegExp(`^${found}`))]);
});
