// Puts one step through the plugin as the host does.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log, LogField, NewResult, Outcome, ProcessStep } from "@thalamus/sdk";
import { outcomeOf } from "@thalamus/sdk/testing";
import plugin from "../plugin.ts";
import type { LocalProcessingSettings } from "../settings.ts";
import { processStep, type StepOptions } from "./process-step.ts";
import { installProduct } from "./product-program.ts";

/** A temporary folder that goes away with the test, with a product folder in it. */
export interface Bench extends AsyncDisposable {
  readonly folder: string;
  readonly products: string;
  /** Everything logged so far, as one text. */
  logged(): string;
  run(step: ProcessStep, settings?: Partial<LocalProcessingSettings>): Promise<Outcome>;
}

export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "local-processing-"));
  const products = join(folder, "products");
  const lines: string[] = [];
  const log = logInto(lines);
  return {
    folder,
    products,
    logged: () => lines.join("\n"),
    run: async (step, changes = {}) => {
      const settings: LocalProcessingSettings = {
        ...{ productFolders: [products], concurrentRuns: 1, silenceSeconds: 60, attempts: 3 },
        ...{ runner: "process", process: { isolation: "none" }, enforceLimits: true, keepImages: 2 },
        docker: { host: "unix:///nowhere" },
        kubernetes: { volumeFolder: "/data", startSeconds: 1 },
        ...changes,
      };
      return outcomeOf(plugin.process, step, { settings, log, own: { path: folder } });
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function logInto(lines: string[]): Log {
  const take = (event: string, fields: Readonly<Record<string, LogField>> = {}) => {
    lines.push(`${event} ${JSON.stringify(fields)}`);
  };
  return { debug: take, info: take, warn: take, error: take };
}

export interface ProbeOptions extends StepOptions {
  readonly settings?: Partial<LocalProcessingSettings>;
  /** Changes to product.json. */
  readonly description?: object;
}

/** Installs a product of these lines and orders it once. */
export async function orderProbe(bench: Bench, lines: string, options: ProbeOptions = {}): Promise<Outcome> {
  await installProduct(bench.products, lines, options.description);
  return bench.run(await processStep(bench.folder, options), options.settings);
}

/** The result of an order that has one. */
export function resultOf(outcome: Outcome): NewResult {
  if (outcome.kind !== "processed") throw new Error(`the step was ${outcome.kind}`);
  return outcome.result;
}

/** The code of a failure result; undefined for a diagnostic one. */
export const codeOf = (outcome: Outcome): string | undefined => resultOf(outcome).error?.code;
