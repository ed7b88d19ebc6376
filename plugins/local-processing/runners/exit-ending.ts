// What an exit code means to those who count memory: control groups, Docker, Kubernetes.
import type { Ending } from "./runner.ts";

/** Shells and engines say 128 and the number of the signal. */
const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = { 137: "SIGKILL", 139: "SIGSEGV" };
/** Ends of the contract that a product would not choose when memory was the reason. */
const SAID_OTHERWISE: readonly number[] = [0, 3, 4, 75];

/** @param outOfMemory the kernel killed a process of the run for want of memory */
export function exitEnding(exitCode: number, outOfMemory: boolean): Ending {
  if (outOfMemory && !SAID_OTHERWISE.includes(exitCode)) return { kind: "out-of-memory" };
  const signal = SIGNALS[exitCode];
  if (signal === undefined) return { kind: "exited", exitCode };
  return { kind: "killed", signal, ...(signal === "SIGKILL" ? { memoryFine: true as const } : {}) };
}
