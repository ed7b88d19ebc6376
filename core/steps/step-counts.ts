// Counts how claims end and how long they took, for each plugin entry.
import type { Metrics } from "@thalamus/sdk";
import { CoreMetrics } from "../observe/core-metrics.ts";

/** @returns what the ledger tells of each claim that ended */
export function stepCounts(metrics: Metrics): (target: string, outcome: string, seconds: number) => void {
  const settled = metrics.counter(CoreMetrics.settled);
  const duration = metrics.histogram(CoreMetrics.stepSeconds);
  return (target, outcome, seconds) => {
    settled.of({ target, outcome }).add();
    // a look at what somebody else does says nothing about how long a step takes
    if (outcome !== "waits") duration.observe({ target }, seconds);
  };
}
