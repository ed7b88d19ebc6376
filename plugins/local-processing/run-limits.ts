// What a run may take: what the site says, else what the product asks for, and whether that fits the machine.
import { availableParallelism, totalmem } from "node:os";
import type { SettingsProblem } from "@thalamus/sdk";
import { bytesOf, type Product } from "./product-description.ts";
import type { RunLimits } from "./runners/runner.ts";
import type { LocalProcessingSettings } from "./settings.ts";

const GB = 1024 ** 3;

type Limits = Pick<
  LocalProcessingSettings,
  "enforceLimits" | "concurrentRuns" | "cpusPerRun" | "memoryGbPerRun"
>;

/** What there is for all runs together. */
export interface Machine {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** The machine, or the part of it that the hub's own container or service may use. */
export function thisMachine(): Machine {
  const constrained = process.constrainedMemory();
  // 0 or more than there is: nobody limits it
  const memoryBytes = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return { cpus: availableParallelism(), memoryBytes };
}

export function limitsOf(settings: Limits, { resources }: Product): RunLimits {
  if (!settings.enforceLimits) return {};
  const cpus = settings.cpusPerRun ?? resources.cpu;
  const { memoryGbPerRun: gigabytes } = settings;
  const memoryBytes = gigabytes === undefined ? bytesOf(resources.memory) : Math.round(gigabytes * GB);
  return { ...(cpus === undefined ? {} : { cpus }), memoryBytes };
}

/** What does not fit: only what the site says itself, since what products ask for is known when they are ordered. */
export function limitProblems(settings: Limits, machine: Machine): SettingsProblem[] {
  if (!settings.enforceLimits) return [];
  const { concurrentRuns, cpusPerRun, memoryGbPerRun } = settings;
  const problems: SettingsProblem[] = [];
  if (cpusPerRun !== undefined && cpusPerRun * concurrentRuns > machine.cpus) {
    problems.push({
      path: cpusPerRun > machine.cpus ? "cpusPerRun" : "concurrentRuns",
      message:
        `${runs(concurrentRuns)} of ${cpusPerRun} CPU cores do not fit this machine's ${machine.cpus}; ` +
        fitting(machine.cpus / cpusPerRun, `each with at most ${round(machine.cpus / concurrentRuns)} cores`),
    });
  }
  const memory = machine.memoryBytes / GB;
  if (memoryGbPerRun !== undefined && memoryGbPerRun * concurrentRuns > memory) {
    problems.push({
      path: memoryGbPerRun > memory ? "memoryGbPerRun" : "concurrentRuns",
      message:
        `${runs(concurrentRuns)} of ${memoryGbPerRun} GB do not fit this machine's ${round(memory)} GB; ` +
        fitting(memory / memoryGbPerRun, `each with at most ${round(memory / concurrentRuns)} GB`),
    });
  }
  return problems;
}

/** @param most how many runs of this size the machine has room for */
function fitting(most: number, smaller: string): string {
  const count = Math.floor(most);
  return count === 0 ? `what fits is ${smaller}` : `what fits is ${runs(count)} of this size, or ${smaller}`;
}

const runs = (count: number): string => (count === 1 ? "1 run" : `${count} runs`);
const round = (value: number): number => Math.floor(value * 10) / 10;
