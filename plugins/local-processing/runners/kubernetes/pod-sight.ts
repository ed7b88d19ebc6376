// What the newest pod of a Job says about the product: waits, runs, has ended, or will never run.
import type { Job } from "kubernetes-types/batch/v1.js";
import type { Pod } from "kubernetes-types/core/v1.js";
import type { Ending } from "../runner.ts";
import { CONTAINER } from "./kubernetes-api.ts";

export type PodSight =
  | { readonly kind: "waiting"; readonly reason: string }
  /** It will not run, however long one waits. */
  | { readonly kind: "hopeless"; readonly reason: string }
  | { readonly kind: "running"; readonly pod: string }
  /** The Job is gone, and its pods, too. */
  | { readonly kind: "gone" }
  /** `pod` is left out when it is gone, and with it what it printed. */
  | { readonly kind: "ended"; readonly pod?: string; readonly ending: Ending };

/** Reasons of a waiting container that time does not mend. */
const HOPELESS = new Set([
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "StartError",
]);
const SIGNAL_EXITS: Readonly<Record<number, NodeJS.Signals>> = { 137: "SIGKILL", 139: "SIGSEGV" };
/** Ends of the contract that a product would not choose when memory was the reason. */
const SAID_OTHERWISE: readonly number[] = [0, 3, 4, 75];
/** The container could not be started at all. */
const START_ERROR = 128;

/** @param pods the oldest first */
export function sightOf(job: Job, pods: readonly Pod[]): PodSight {
  const pod = pods.at(-1);
  const status = pod?.status?.containerStatuses?.find(({ name }) => name === CONTAINER);
  const name = pod?.metadata?.name ?? "";
  const { terminated, running, waiting } = status?.state ?? {};
  if (terminated && !isDisrupted(pod)) return { kind: "ended", pod: name, ending: endingOf(terminated) };
  const over = conditionOf(job);
  if (over !== undefined) return { kind: "ended", ending: over };
  if (running) return { kind: "running", pod: name };
  const reason = waiting?.reason ?? unscheduled(pod) ?? "Pending";
  return { kind: HOPELESS.has(reason) ? "hopeless" : "waiting", reason };
}

type Terminated = { readonly exitCode: number; readonly reason?: string };

function endingOf({ exitCode, reason = "" }: Terminated): Ending {
  if (reason === "OOMKilled" && !SAID_OTHERWISE.includes(exitCode)) return { kind: "out-of-memory" };
  if (exitCode === START_ERROR && reason !== "Error") return { kind: "not-started", code: reason };
  const signal = SIGNAL_EXITS[exitCode];
  if (signal === undefined) return { kind: "exited", exitCode };
  return { kind: "killed", signal, ...(signal === "SIGKILL" ? { memoryFine: true as const } : {}) };
}

/** The cluster took the pod away; the Job makes another one. */
const isDisrupted = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status }) => type === "DisruptionTarget" && status === "True") ??
  false;

/** How the Job ended without telling how its container did. */
function conditionOf({ status }: Job): Ending | undefined {
  const over = status?.conditions?.find(
    (condition) => ["Failed", "Complete"].includes(condition.type) && condition.status === "True",
  );
  if (!over) return undefined;
  if (over.reason === "DeadlineExceeded") return { kind: "timeout" };
  return { kind: "killed", signal: "SIGKILL", memoryFine: true };
}

const unscheduled = (pod: Pod | undefined): string | undefined =>
  pod?.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False")?.reason;
