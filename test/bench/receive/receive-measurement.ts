// Measures one run: what the client saw, and what it cost the server.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpuOfMachine, cpuOfTree, peakMemory, resetPeakMemory, residentMemory } from "../kit/process-tree.ts";
import type { LoadClient } from "../load/load-client.ts";
import type { LoadOrder } from "../load/load-protocol.ts";
import type { Receiver } from "../servers/receiver.ts";

export interface Measurement {
  readonly objectsPerSecond: number;
  /** CPU seconds of the server with all its processes, for 1,000 objects. */
  readonly cpuPer1000: number;
  /** The same of its main process alone. */
  readonly mainCpuPer1000: number;
  /** The same of the load process. */
  readonly clientCpuPer1000: number;
  /** Peak of the main process. */
  readonly rssMb: number;
  /** How much that is above what it had before. */
  readonly rssGrowthMb: number;
  /** 99th percentile of the event loop's delay; not a number where there is no event loop. */
  readonly loopP99Ms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processors that others kept busy: the noise. */
  readonly othersCpus: number;
}

export interface MeasuredRun {
  readonly measurement: Measurement;
  readonly bytes: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** @param folder on the disk of the servers */
export async function measureRun(
  receiver: Receiver,
  client: LoadClient,
  order: LoadOrder,
  folder: string,
): Promise<MeasuredRun> {
  await client.prepare(order);
  // what earlier runs left unwritten is not to be paid for in this one
  execFileSync("sync", ["--file-system", folder]);
  forgetCachedFiles();
  resetPeakMemory(receiver.pid);
  await receiver.loopDelay?.();
  const resident = residentMemory(receiver.pid);
  const before = snapshot(receiver);
  const load = await client.send();
  const after = snapshot(receiver);
  const per1000 = (seconds: number) => (seconds / order.objects) * 1000;
  const peak = peakMemory(receiver.pid);
  const loopP99Ms = (await receiver.loopDelay?.()) ?? Number.NaN;
  const own = after.server.tree - before.server.tree + load.cpuSeconds + (after.bench - before.bench);
  const others = (after.machine - before.machine - own) / (after.clock - before.clock);
  return {
    bytes: load.bytes,
    refused: load.refused,
    measurement: {
      objectsPerSecond: order.objects / load.seconds,
      cpuPer1000: per1000(after.server.tree - before.server.tree),
      mainCpuPer1000: per1000(after.server.main - before.server.main),
      clientCpuPer1000: per1000(load.cpuSeconds),
      rssMb: peak / 1e6,
      rssGrowthMb: Math.max(0, peak - resident) / 1e6,
      loopP99Ms,
      p50Ms: load.p50Ms,
      p99Ms: load.p99Ms,
      othersCpus: Math.max(0, others),
    },
  };
}

/** Files of earlier runs fill the memory, and finding room for new ones costs whoever comes last; for root only. */
function forgetCachedFiles(): void {
  try {
    writeFileSync("/proc/sys/vm/drop_caches", "1");
  } catch {
    // not allowed here: the order of the servers rotates, so that it hits all of them
  }
}

function snapshot({ pid, others = [] }: Receiver) {
  const { user, system } = process.cpuUsage();
  return {
    server: together([pid, ...others].map(cpuOfTree)),
    machine: cpuOfMachine(),
    bench: (user + system) / 1e6,
    clock: performance.now() / 1000,
  };
}

/** Several hubs count as one server; which of them has the database does not matter. */
function together(trees: readonly ReturnType<typeof cpuOfTree>[]): ReturnType<typeof cpuOfTree> {
  const sum = (of: "tree" | "main") => trees.reduce((total, cpu) => total + cpu[of], 0);
  return { tree: sum("tree"), main: sum("main") };
}
