// CPU time and memory of a process and everything it started, read from /proc.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Linux counts in hundredths of a second towards user space, on every architecture. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS = 1e9;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Seconds of its own, all threads, cut off to ticks. */
  readonly ticked: number;
  /** Seconds of children that ended and were waited for. */
  readonly reaped: number;
}

export interface TreeCpu {
  /** Seconds of the process itself. */
  readonly main: number;
  /** Seconds of all, with children that have ended. */
  readonly tree: number;
}

export function cpuOfTree(root: number): TreeCpu {
  const processes = readProcesses();
  const members = new Set([root]);
  // a child can stand before its parent in the list
  for (let before = 0; before < members.size; ) {
    before = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  let [main, tree] = [0, 0];
  for (const { pid, ticked, reaped } of processes.filter((stat) => members.has(stat.pid))) {
    const own = Math.max(ticked, cpuOfThreads(pid));
    tree += own + reaped;
    if (pid === root) main = own;
  }
  return { main, tree };
}

/** Seconds that all processors together have worked. */
export function cpuOfMachine(): number {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = first
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq + steal) / TICKS_PER_SECOND;
}

/** From now on the peak is counted anew. */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Memory the process has now, in bytes (VmRSS). */
export function residentMemory(pid: number): number {
  return statusBytes(pid, "VmRSS");
}

/** The most memory the process had at once, in bytes (VmHWM). */
export function peakMemory(pid: number): number {
  return statusBytes(pid, "VmHWM");
}

function statusBytes(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
}

function readProcesses(): ProcessStat[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(readStat)
    .filter((stat) => stat !== undefined);
}

function readStat(pid: string): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // it ended meanwhile
    return undefined;
  }
  // the name of the program stands in brackets and may itself hold blanks and brackets
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const seconds = (field: number) => Number(fields[field]) / TICKS_PER_SECOND;
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
    ticked: seconds(11) + seconds(12),
    reaped: seconds(13) + seconds(14),
  };
}

/**
 * Seconds of the threads that are there, to the nanosecond. Ticks are cut off for each process, which hides
 * most of what sixteen short-lived ones do; but they count threads that have ended. The larger one is right.
 */
function cpuOfThreads(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      return sum + Number(nanoseconds) / NANOSECONDS;
    }, 0);
  } catch {
    // a thread ended meanwhile, or the kernel keeps no such statistics
    return 0;
  }
}
