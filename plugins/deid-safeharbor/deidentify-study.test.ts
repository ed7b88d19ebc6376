// A study whole or not at all: what is made, what is compared, and what is left when something fails.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TransformStep } from "@thalamus/sdk";
import { checkStepOf, studyOfFiles, writeDwiPhantom } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deidentifyStudy } from "./deidentify-study.ts";
import { openStudyContext } from "./elements/study-context.ts";
import type { CopiedFile, StudyParts } from "./study-parts.ts";
import { DEFAULTS, DeidBench, KEYS, NOBODY } from "./testing/deid-bench.ts";

let folder: string;
let phantom: Awaited<ReturnType<typeof writeDwiPhantom>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deid-study-"));
  phantom = await writeDwiPhantom(join(folder, "in"), { matrix: 16, slices: 2, directions: 6 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Records what it was asked; the judge passes all, the proof finds what the test says. */
class WatchedParts implements StudyParts {
  readonly proven: CopiedFile[] = [];
  open = 0;
  most = 0;
  findings: readonly string[] = [];
  held = false;

  async judge() {
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    await new Promise(setImmediate);
    const line = { id: "A-108", title: "Pixels", found: "seen", wanted: "none" };
    return {
      held: this.held,
      lines: [{ ...line, verdict: this.held ? ("fail" as const) : ("pass" as const) }],
    };
  }
  async prove(copy: CopiedFile) {
    this.open -= 1;
    this.proven.push(copy);
    return this.findings;
  }
  async finishProof() {
    return [];
  }
  async record(copies: readonly CopiedFile[]) {
    const path = join(folder, "record");
    writeFileSync(path, copies.map(({ report }) => report.outputSha256).join("\n"));
    return { path, bytes: statSync(path).size, sha256: "" };
  }
}

async function stepOf(files: readonly string[]) {
  const workspace = await mkdtemp(join(folder, "work-"));
  const stages: number[] = [];
  const step = Object.assign(checkStepOf(await studyOfFiles(files)), {
    released: [],
    previousManifest: async () => undefined,
    workspace: async () => workspace,
    progress: (value: number) => void stages.push(value),
  }) as unknown as TransformStep;
  return { step, workspace, stages };
}

async function run(files: readonly string[], parts: StudyParts = new WatchedParts(), settings = {}) {
  const { step, workspace, stages } = await stepOf(files);
  const context = openStudyContext({ ...DEFAULTS, ...settings }, KEYS, {
    ...NOBODY,
    ...step.study.identity.reveal(),
  });
  const outcome = await deidentifyStudy(step, context, parts, new AbortController().signal).catch(
    (error) => error,
  );
  return { outcome, workspace, stages };
}

describe("a study that passes", () => {
  it("A-070 A-072 A-076 A-077 has one file for each instance, apart from the originals, with its checksum", async () => {
    const before = phantom.files.map((file) => readFileSync(file));
    const { outcome, workspace, stages } = await run(phantom.files);
    expect(outcome.kind).toBe("transformed");
    const { copy } = outcome;
    expect(copy.files).toHaveLength(phantom.files.length);
    for (const { path, bytes, sha256 } of copy.files) {
      const content = readFileSync(path);
      expect(path.startsWith(workspace)).toBe(true);
      expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
      for (const canary of phantom.truth.canaries) expect(content.includes(canary)).toBe(false);
    }
    expect(phantom.files.map((file) => readFileSync(file))).toEqual(before);
    expect(stages).toEqual(stages.toSorted((a, b) => a - b));
    expect(Object.keys(copy.changes)).toContain("A-078");
  });

  it("A-093 A-094 A-095 has one study and series UID, an instance UID for each file, the same on another run", async () => {
    const [first, again] = [await run(phantom.files), await run(phantom.files)];
    const uids = ({ outcome }: typeof first) =>
      outcome.copy.files.map(({ sopInstanceUid }: { sopInstanceUid: string }) => sopInstanceUid);
    expect(uids(again)).toEqual(uids(first));
    expect(new Set(uids(first)).size).toBe(phantom.files.length);
    expect(
      new Set(first.outcome.copy.files.map((file: { seriesInstanceUid: string }) => file.seriesInstanceUid))
        .size,
    ).toBe(1);
    expect(again.outcome.copy.studyInstanceUid).toBe(first.outcome.copy.studyInstanceUid);
  });

  it("A-073 works on as many files at once as the settings say", async () => {
    const parts = new WatchedParts();
    await run(phantom.files, parts, { filesAtOnce: 3 });
    expect(parts.most).toBeLessThanOrEqual(3);
    expect(parts.most).toBeGreaterThan(1);
  });
});

describe("a study that fails", () => {
  const left = (workspace: string) => readdirSync(workspace);

  it("A-074 A-075 leaves nothing when one file cannot be read, and says which without a name", async () => {
    const broken = join(folder, "broken.dcm");
    writeFileSync(broken, readFileSync(phantom.files[3]!).subarray(0, 700));
    const { step, workspace } = await stepOf(phantom.files);
    const instances = await step.study.instances();
    const study = {
      ...step.study,
      instances: async () => instances.map((one, index) => (index === 9 ? { ...one, path: broken } : one)),
    };
    const context = new DeidBench().context();
    const work = deidentifyStudy({ ...step, study }, context, new WatchedParts(), step.signal);
    await expect(work).rejects.toMatchObject({ name: "Permanent", code: "deid-safeharbor.unreadable" });
    await expect(work).rejects.toThrow(/^File 10 of 14 cannot be read: [a-z ]+\.$/);
    expect(left(workspace)).toEqual([]);
  });

  it("A-075 is rejected when the second pass finds anything", async () => {
    const parts = new WatchedParts();
    parts.findings = ["a name at (0008,1030)"];
    const { outcome, workspace } = await run(phantom.files, parts);
    expect(outcome).toMatchObject({ name: "Permanent", code: "deid-safeharbor.leak" });
    expect(left(workspace)).toEqual([]);
  });

  it("A-076 is rejected when an instance is there twice or belongs to another study", async () => {
    const twice = await run([...phantom.files, phantom.files[0]!]);
    expect(twice.outcome).toMatchObject({ code: "deid-safeharbor.incomplete" });
    const other = await writeDwiPhantom(join(folder, "other"), {
      matrix: 16,
      slices: 1,
      directions: 6,
      seed: 2,
    });
    const mixed = await run([...phantom.files, other.files[0]!]);
    expect(mixed.outcome).toMatchObject({ code: "deid-safeharbor.incomplete" });
    expect(left(mixed.workspace)).toEqual([]);
  });

  it("A-074 is tried again when there is no space for the manifest, and leaves nothing", async () => {
    const parts = new WatchedParts();
    parts.record = () => Promise.reject(Object.assign(new Error("/a/path"), { code: "ENOSPC" }));
    const { outcome, workspace } = await run(phantom.files, parts);
    expect(outcome).toMatchObject({ name: "Transient", code: "deid-safeharbor.no-space" });
    expect(outcome.message).not.toContain("/a/path");
    expect(left(workspace)).toEqual([]);
  });

  it("is tried again when a file is away, and waits for a person when pixels are held", async () => {
    const gone = join(folder, "gone");
    await mkdir(gone);
    const file = join(gone, "x.dcm");
    writeFileSync(file, readFileSync(phantom.files[0]!));
    const { step, workspace } = await stepOf([file]);
    await rm(gone, { recursive: true });
    const away = deidentifyStudy(step, new DeidBench().context(), new WatchedParts(), step.signal);
    await expect(away).rejects.toMatchObject({ name: "Transient", code: "deid-safeharbor.files" });
    expect(existsSync(join(workspace, "copy"))).toBe(false);
    const parts = new WatchedParts();
    parts.held = true;
    const { outcome, workspace: kept } = await run(phantom.files, parts);
    expect(outcome).toMatchObject({ kind: "held", lines: [{ verdict: "fail" }] });
    expect([left(kept), parts.proven]).toEqual([[], []]);
  });
});
