// How the hub's own process and its machine are: event loop, memory, processor time.
import { availableParallelism, loadavg, totalmem } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics } from "@thalamus/sdk";
import { CoreMetrics } from "./core-metrics.ts";

/** The event loop is looked at this often; what is shorter does not count as a delay. */
const RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** @returns ends the watching */
export function readProcess(metrics: Metrics, startedAt: Date): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  /** The timer itself takes the resolution; only what comes on top is a delay. */
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000);
  metrics.read(CoreMetrics.eventLoopDelay, () => {
    const readings = [
      { labels: { percentile: "50" }, value: late(delay.percentile(50)) },
      { labels: { percentile: "99" }, value: late(delay.percentile(99)) },
      { labels: { percentile: "100" }, value: late(delay.max) },
    ];
    delay.reset();
    return readings;
  });
  metrics.read(CoreMetrics.memory, () => {
    const { rss, heapUsed, external } = process.memoryUsage();
    return [
      { labels: { kind: "rss" }, value: rss },
      { labels: { kind: "heap_used" }, value: heapUsed },
      { labels: { kind: "external" }, value: external },
    ];
  });
  metrics.read(CoreMetrics.cpuSeconds, () => {
    const { user, system } = process.cpuUsage();
    return [
      { labels: { mode: "user" }, value: user / MICROSECONDS },
      { labels: { mode: "system" }, value: system / MICROSECONDS },
    ];
  });
  metrics.read(CoreMetrics.cpuCores, () => [{ labels: {}, value: availableParallelism() }]);
  metrics.read(CoreMetrics.load, () => [{ labels: {}, value: loadavg()[0] ?? 0 }]);
  metrics.read(CoreMetrics.machineMemory, () => [
    { labels: { kind: "total" }, value: totalmem() },
    { labels: { kind: "available" }, value: process.availableMemory() },
  ]);
  metrics.read(CoreMetrics.started, () => [{ labels: {}, value: startedAt.getTime() / 1000 }]);
  return () => delay.disable();
}
