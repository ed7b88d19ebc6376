// Runs one order through its product: stage the input, run, check what came out.
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Cleaner, cleanStage, messageCleaner, type NewResult, type ProcessStep } from "@thalamus/sdk";
import type { Adapter } from "./adapters/adapter.ts";
import { collectResult } from "./adapters/collect-result.ts";
import { adapterOf } from "./adapters/find-adapter.ts";
import type { Work } from "./fail-order.ts";
import { ownFailure } from "./failure.ts";
import { checkParams } from "./order-params.ts";
import type { Product } from "./product-description.ts";
import { readReason, readResult } from "./result-file.ts";
import { limitsOf } from "./run-limits.ts";
import { failureOf, placeOf } from "./run-verdict.ts";
import { takeBack } from "./runners/run-user.ts";
import type { RunEnd, RunFolders, Runner } from "./runners/runner.ts";
import { changedFiles, stageInput } from "./stage-input.ts";

/**
 * @returns the diagnostic result, with its files in the step's workspace
 * @throws ProcessingFailure, EngineAway, an error of the file system, or the reason of the step's signal
 */
export async function runOrder(work: Work, product: Product, runner: Runner): Promise<NewResult> {
  const { step } = work;
  checkParams(product, step.order.params);
  const folders = await makeFolders(step);
  const linked = await stageInput(step, product, folders.in);
  const adapter = adapterOf(product);
  const { id: jobId, params } = step.order;
  await adapter.arrange?.(folders.in, product, { jobId, params });
  const clean = messageCleaner(step.study.identity.reveal());
  const started = new Date();
  const run = await runLogged(work, { product, runner, adapter, folders, clean });
  const changed = await changedFiles(linked);
  if (changed > 0) {
    const message = `${changed} received files of the study were changed while the product ran.`;
    throw ownFailure("local-processing.input-changed", message);
  }
  const said = adapter.speaks ? ((await readReason(folders.out)) ?? run.said) : undefined;
  const failure = failureOf(run, product, said, clean, adapter.speaks);
  if (failure) throw failure;
  if (!adapter.speaks) await collectResult(folders.out, product, jobId, started);
  const result = await readResult({ product, jobId, outFolder: folders.out, clean });
  await takeBack(result.files.map(({ path }) => path));
  return result;
}

async function makeFolders(step: ProcessStep): Promise<RunFolders> {
  const workspace = await step.workspace();
  const folders = { in: join(workspace, "in"), out: join(workspace, "out"), work: join(workspace, "work") };
  for (const folder of Object.values(folders)) await mkdir(folder);
  return folders;
}

interface Parts {
  readonly product: Product;
  readonly runner: Runner;
  readonly adapter: Adapter;
  readonly folders: RunFolders;
  readonly clean: Cleaner;
}

async function runLogged({ step, settings, log }: Work, parts: Parts): Promise<RunEnd> {
  const { product, runner, adapter, folders, clean } = parts;
  const who = { step: step.id, product: product.id, version: product.version };
  const limits = limitsOf(settings, product);
  log.info("product.started", { ...who, attempt: step.attempt, runner: runner.kind, ...limits });
  const began = performance.now();
  const run = await runner.run({
    // the folder of this try has a name of its own
    id: basename(await step.workspace()),
    product,
    launch: (seen) => adapter.launch(seen, product),
    folders,
    signal: step.signal,
    timeoutMs: (settings.timeoutSeconds ?? product.resources.timeoutSeconds) * 1000,
    ...(adapter.speaks ? { silenceMs: settings.silenceSeconds * 1000 } : {}),
    limits,
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
