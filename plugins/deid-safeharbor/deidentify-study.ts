// De-identifies a whole study or nothing: files side by side, each proven, and the set compared at the end.
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CheckLine, NewDeidentifiedStudy, Outcome, StoredInstance, TransformStep } from "@thalamus/sdk";
import { Permanent } from "@thalamus/sdk/errors";
import { held, transformed } from "@thalamus/sdk/outcome";
import { deidentifySource } from "./elements/deidentify-file.ts";
import { countByRule, sumOf } from "./elements/element-change.ts";
import { SourceReader } from "./elements/source-reader.ts";
import type { StudyContext } from "./elements/study-context.ts";
import { pixelLinesOfStudy } from "./pixels/pixel-lines.ts";
import { failureOf } from "./study-failure.ts";
import type { CopiedFile, StudyParts } from "./study-parts.ts";
import { flushFolder, inCopyFolder, refuseFindings } from "./whole-copy.ts";

/** Copies that wait for their proof: more is no faster, and a leak should stop the work soon. */
const MOST_UNPROVEN = 64;

/**
 * The copy is made in the step's workspace, apart from the originals; when one file fails, all of it
 * is removed.
 * @returns transformed, or held when pixels have to be looked at by a person
 * @throws Permanent or Transient, with no value in the message
 */
export function deidentifyStudy(
  step: TransformStep,
  context: StudyContext,
  parts: StudyParts,
  signal: AbortSignal,
): Promise<Outcome> {
  return inCopyFolder(step, (instances, folder) =>
    new StudyPass(step, context, parts, folder).run(instances, signal),
  );
}

class StudyPass {
  readonly #step: TransformStep;
  readonly #context: StudyContext;
  readonly #parts: StudyParts;
  readonly #folder: string;
  readonly #lines: CheckLine[] = [];
  readonly #copies: CopiedFile[] = [];
  /** Never rejected. */
  readonly #unproven = new Set<Promise<void>>();
  #isHeld = false;
  #done = 0;

  constructor(step: TransformStep, context: StudyContext, parts: StudyParts, folder: string) {
    this.#step = step;
    this.#context = context;
    this.#parts = parts;
    this.#folder = folder;
  }

  async run(instances: readonly StoredInstance[], signal: AbortSignal): Promise<Outcome> {
    await this.#passAll(instances, signal);
    const lines = pixelLinesOfStudy(this.#lines);
    if (this.#isHeld) {
      await rm(this.#folder, { recursive: true, force: true });
      return held(lines);
    }
    refuseFindings(await this.#parts.finishProof());
    const studyInstanceUid = await this.#compareSets(instances);
    if (this.#context.settings.flush) await flushFolder(this.#folder);
    this.#step.progress(0.98, "writing the manifest");
    const manifest = await this.#parts.record(this.#copies, studyInstanceUid);
    return transformed(this.#newStudy(studyInstanceUid, manifest, lines));
  }

  /** so many at once as the settings say; the first failure stops the others. */
  async #passAll(instances: readonly StoredInstance[], signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    let failure: unknown;
    const fail = (error: unknown) => {
      // those that follow only say that they were stopped
      if (!stop.signal.aborted) failure = error;
      stop.abort();
    };
    let next = 0;
    const work = async () => {
      while (next < instances.length) {
        const index = next;
        next += 1;
        either.throwIfAborted();
        const number = `file ${index + 1} of ${instances.length}`;
        try {
          const copy = await this.#passOne(instances[index]!, index, either);
          if (copy)
            this.#proveBeside(copy, instances.length, (error) => fail(failureOf(error, number, either)));
          else this.#count(instances.length);
        } catch (error) {
          throw failureOf(error, number, either);
        }
        if (this.#unproven.size >= MOST_UNPROVEN) await Promise.race(this.#unproven);
      }
    };
    const width = Math.min(this.#context.settings.filesAtOnce, instances.length);
    await Promise.all(Array.from({ length: width }, () => work().catch(fail)));
    await Promise.all(this.#unproven);
    if (stop.signal.aborted) throw failure;
  }

  /** @returns nothing when a person has to decide first: the rest is only looked at, so that all there is is seen */
  async #passOne(
    instance: StoredInstance,
    index: number,
    signal: AbortSignal,
  ): Promise<CopiedFile | undefined> {
    const reader = new SourceReader(instance.path);
    try {
      const judged = await this.#parts.judge(reader);
      this.#lines.push(...judged.lines);
      if (judged.held) this.#isHeld = true;
      if (this.#isHeld) return undefined;
      const name = `${String(index + 1).padStart(6, "0")}.dcm`;
      const path = join(this.#folder, name);
      const { changes, ...report } = await deidentifySource(
        reader,
        path,
        this.#context,
        signal,
        judged.replaced,
      );
      const copy = { instance, path, name, report, rules: countByRule(changes) };
      this.#copies.push(copy);
      return copy;
    } finally {
      reader.close();
    }
  }

  /** The next copies are made meanwhile. */
  #proveBeside(copy: CopiedFile, count: number, fail: (error: unknown) => void): void {
    const proof = this.#parts
      .prove(copy)
      .then((findings) => {
        refuseFindings(findings);
        this.#count(count);
      })
      .catch(fail)
      .finally(() => this.#unproven.delete(proof));
    this.#unproven.add(proof);
  }

  #count(count: number): void {
    this.#done += 1;
    if (this.#done % 50 === 0 || this.#done === count) {
      this.#step.progress((0.95 * this.#done) / count, "de-identifying");
    }
  }

  /** nothing missing, nothing double, nothing that came from elsewhere. */
  async #compareSets(instances: readonly StoredInstance[]): Promise<string> {
    const reports = this.#copies.map(({ report }) => report);
    const distinct = (of: (report: CopiedFile["report"]) => string) => new Set(reports.map(of));
    const problems: [boolean, string][] = [
      [reports.length !== instances.length, "files are missing"],
      [
        distinct(({ sopInstanceUid }) => sopInstanceUid).size !== instances.length,
        "an instance is there twice",
      ],
      [distinct(({ studyInstanceUid }) => studyInstanceUid).size !== 1, "files belong to different studies"],
    ];
    for (const { path, report } of this.#copies) {
      // in a thread of its own, where waiting for an answer takes longer than asking
      const { size } = statSync(path);
      problems.push([size !== report.bytes, "a file has not the size it was written with"]);
    }
    const found = problems.filter(([wrong]) => wrong).map(([, words]) => words);
    if (found.length === 0) return reports[0]!.studyInstanceUid;
    throw new Permanent(
      "deid-safeharbor.incomplete",
      `The copy is no copy of the study: ${found.join(", ")}.`,
    );
  }

  #newStudy(
    studyInstanceUid: string,
    manifest: NewDeidentifiedStudy["manifest"],
    lines: readonly CheckLine[],
  ): NewDeidentifiedStudy {
    const inOrder = this.#copies.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return {
      studyInstanceUid,
      patientPseudonym: this.#context.pseudonym,
      files: inOrder.map(({ path, report }) => ({
        path,
        sopInstanceUid: report.sopInstanceUid,
        seriesInstanceUid: report.seriesInstanceUid,
        sopClassUid: report.sopClassUid,
        transferSyntaxUid: report.transferSyntaxUid,
        modality: report.modality,
        bytes: report.bytes,
        sha256: report.outputSha256,
      })),
      manifest,
      changes: sumOf(inOrder.map(({ rules }) => rules)),
      lines,
    };
  }
}
