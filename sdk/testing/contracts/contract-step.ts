// Steps for contract suites: ones that go well, one that fails wherever it is touched, one that is aborted.
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { InsideStep, ReceivedStudy, StepBase } from "../../step.ts";
import { writeDwiPhantom } from "../dwi-phantom.ts";
import { studyOfFiles } from "../study-of-files.ts";

export interface CanaryStudy {
  readonly study: ReceivedStudy;
  /** Values that identify the patient and must not be seen outside of the study. */
  readonly canaries: readonly string[];
}

/** A small diffusion study of a patient who does not exist. */
export async function canaryStudy(scratch: string): Promise<CanaryStudy> {
  const options = { matrix: 16, slices: 2, directions: 6 };
  const { files, truth, studyInstanceUid } = await writeDwiPhantom(join(scratch, "study"), options);
  return { study: await studyOfFiles(files), canaries: [...truth.canaries, studyInstanceUid] };
}

/** What a step said while it was worked on. */
export interface Watched {
  readonly step: InsideStep;
  /** Stages and messages of its progress. */
  readonly said: string[];
  readonly progress: number[];
}

export interface StepOptions {
  /** The same for a repeat. */
  readonly id?: string;
  readonly signal?: AbortSignal;
  /** What the ledger does when the step begins to act. */
  readonly acting?: () => Promise<void>;
}

/** @param scratch for the step's workspace */
export function watchedStep(scratch: string, study: ReceivedStudy, options: StepOptions = {}): Watched {
  const { id = randomUUID(), signal = new AbortController().signal, acting = async () => {} } = options;
  const said: string[] = [];
  const progress: number[] = [];
  const folder = join(scratch, "work", randomUUID());
  const step: InsideStep = {
    id,
    attempt: 1,
    study,
    signal,
    acting,
    progress: (value, stage, message = "") => {
      progress.push(value);
      said.push(`${stage} ${message}`);
    },
    workspace: async () => {
      await mkdir(folder, { recursive: true });
      return folder;
    },
  };
  return { step, said, progress };
}

/** Thrown on purpose; its text holds a value of the patient, as texts of real errors do. */
export class Sabotage extends Error {
  override readonly name = "Sabotage";
}

/** A step on which everything a plugin can look at throws. */
export function brokenStep(step: StepBase, canary: string): StepBase {
  const broken = () => {
    throw new Sabotage(`cannot read the study of ${canary}`);
  };
  const parts = ["study", "result", "order", "workspace"].map((name) => [
    name,
    { get: broken, enumerable: true },
  ]);
  return Object.defineProperties({ ...step }, Object.fromEntries(parts)) as StepBase;
}

/** A study that aborts the step as soon as its instances are asked for. */
export const abortingStudy = (study: ReceivedStudy, abort: AbortController): ReceivedStudy => ({
  ...study,
  instances: () => {
    abort.abort(new Error("the step was cancelled"));
    return study.instances();
  },
});
