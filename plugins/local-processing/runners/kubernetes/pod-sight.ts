// What the newest pod of a Job says about the product: waits, runs, has ended, or will never run.
import type { Job } from "kubernetes-types/batch/v1.js";
import type { Pod } from "kubernetes-types/core/v1.js";
import { exitEnding } from "../exit-ending.ts";
import type { Ending } from "../runner.ts";
import { CONTAINER } from "./kubernetes-api.ts";

export type PodSight =
  | { readonly kind: "waiting"; readonly reason: string }
  /** It will not run, however long one waits. */
  | { readonly kind: "hopeless"; readonly reason: string }
  | { readonly kind: "running"; readonly pod: string }
  /** Somebody removed the Job with its pods, or the cluster took the pod away. */
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
/** The container could not be started at all. */
const START_ERROR = 128;

/** @param pods the oldest first */
export function sightOf(job: Job, pods: readonly Pod[]): PodSight {
  const pod = pods.at(-1);
  const status = pod?.status?.containerStatuses?.find(({ name }) => name === CONTAINER);
  const name = pod?.metadata?.name ?? "";
  const { terminated, running, waiting } = status?.state ?? {};
  // the Job makes another pod, which would find half of the output of the first one
  if (pods.some(isDisrupted)) return { kind: "gone" };
  if (terminated) return { kind: "ended", pod: name, ending: endingOf(terminated) };
  const over = conditionOf(job);
  if (over !== undefined) return { kind: "ended", ending: over };
  if (running) return { kind: "running", pod: name };
  const reason = waiting?.reason ?? unscheduled(pod) ?? "Pending";
  return { kind: HOPELESS.has(reason) ? "hopeless" : "waiting", reason };
}

type Terminated = { readonly exitCode: number; readonly reason?: string };

function endingOf({ exitCode, reason = "" }: Terminated): Ending {
  if (exitCode === START_ERROR && reason !== "Error") return { kind: "not-started", code: reason };
  return exitEnding(exitCode, reason === "OOMKilled");
}

/** Evicted, or its node was drained or lost. */
const isDisrupted = ({ status }: Pod): boolean =>
  status?.conditions?.some((one) => one.type === "DisruptionTarget" && one.status === "True") ?? false;

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
