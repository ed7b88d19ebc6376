// Runs one order through its product: stage the input, run, check what came out.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Cleaner, cleanStage, messageCleaner, type NewResult, type ProcessStep } from "@thalamus/sdk";
import type { Work } from "./fail-order.ts";
import { ownFailure } from "./failure.ts";
import { bytesOf, type Product } from "./find-product.ts";
import { checkParams } from "./order-params.ts";
import { type RunEnd, type RunFolders, runProduct } from "./process-runner.ts";
import { readReason, readResult } from "./result-file.ts";
import { failureOf, placeOf } from "./run-verdict.ts";
import { changedFiles, stageInput } from "./stage-input.ts";

/**
 * @returns the diagnostic result, with its files in the step's workspace
 * @throws ProcessingFailure, an error of the file system, or the reason of the step's signal
 */
export async function runOrder(work: Work, product: Product): Promise<NewResult> {
  const { step } = work;
  checkParams(product, step.order.params);
  const folders = await makeFolders(step);
  const linked = await stageInput(step, product, folders.in);
  const clean = messageCleaner(step.study.identity.reveal());
  const run = await runLogged(work, product, folders, clean);
  const changed = await changedFiles(linked);
  if (changed > 0) {
    const message = `${changed} received files of the study were changed while the product ran.`;
    throw ownFailure("local-processing.input-changed", message);
  }
  const said = (await readReason(folders.out)) ?? run.said;
  const failure = failureOf(run, product, said, clean);
  if (failure) throw failure;
  return readResult({ product, jobId: step.order.id, outFolder: folders.out, clean });
}

async function makeFolders(step: ProcessStep): Promise<RunFolders> {
  const workspace = await step.workspace();
  const folders = { in: join(workspace, "in"), out: join(workspace, "out"), work: join(workspace, "work") };
  for (const folder of Object.values(folders)) await mkdir(folder);
  return folders;
}

async function runLogged(
  { step, settings, log }: Work,
  product: Product,
  folders: RunFolders,
  clean: Cleaner,
): Promise<RunEnd> {
  const who = { step: step.id, product: product.id, version: product.version };
  log.info("product.started", { ...who, attempt: step.attempt });
  const began = performance.now();
  const run = await runProduct({
    command: product.command,
    productFolder: product.folder,
    folders,
    signal: step.signal,
    timeoutMs: (settings.timeoutSeconds ?? product.resources.timeoutSeconds) * 1000,
    silenceMs: settings.silenceSeconds * 1000,
    memoryBytes: bytesOf(product.resources.memory),
    onProgress: (value, stage) => step.progress(value, cleanStage(clean(stage))),
  });
  log.info("product.ended", {
    ...who,
    ...run.ending,
    lines: run.lines,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    place: placeOf(run.errorOutput, product.folder),
  });
  return run;
}
