// Reads how busy the machine is: CPU, memory, swap and the disk of the data folder, in percent.
import { readFile, statfs } from "node:fs/promises";
import { cpus, freemem, totalmem } from "node:os";

export type Metric = "cpu" | "memory" | "swap" | "disk";
/** Undefined where the machine has or tells no such thing. */
export type Usage = Readonly<Record<Metric, number | undefined>>;

interface CpuTimes {
  readonly idle: number;
  readonly all: number;
}

/** CPU usage is that since the last look. */
export class MachineUsage {
  readonly #folder: string;
  #last: CpuTimes = cpuTimes();

  constructor(dataFolder: string) {
    this.#folder = dataFolder;
  }

  async look(): Promise<Usage> {
    const now = cpuTimes();
    const all = now.all - this.#last.all;
    const cpu = all > 0 ? 100 * (1 - (now.idle - this.#last.idle) / all) : undefined;
    this.#last = now;
    const memory = parseMemory(await readFile("/proc/meminfo", "utf8").catch(() => ""));
    const { blocks, bavail } = await statfs(this.#folder);
    return { cpu, ...memory, disk: blocks > 0 ? 100 * (1 - bavail / blocks) : undefined };
  }
}

/** @param text of /proc/meminfo (proc(5)); empty where there is none */
export function parseMemory(text: string): Pick<Usage, "memory" | "swap"> {
  const sizes = new Map([...text.matchAll(/^(\w+):\s+(\d+) kB/gm)].map(([, name, kB]) => [name, Number(kB)]));
  const used = (total = 0, free = 0) => (total > 0 ? 100 * (1 - free / total) : undefined);
  if (sizes.size === 0) return { memory: used(totalmem(), freemem()), swap: undefined };
  return {
    memory: used(sizes.get("MemTotal"), sizes.get("MemAvailable")),
    swap: used(sizes.get("SwapTotal"), sizes.get("SwapFree")),
  };
}

function cpuTimes(): CpuTimes {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, one) => sum + one.idle, 0);
  const all = times.reduce((sum, one) => sum + one.idle + one.user + one.nice + one.sys + one.irq, 0);
  return { idle, all };
}
