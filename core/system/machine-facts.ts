// How this machine is, in numbers for a screen: processor, memory, swap, and the disk with the data.
import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { MachineUsage } from "../notices/machine-usage.ts";

export interface MachineFacts {
  readonly cores: number;
  /** Since the last look; null at a first one. */
  readonly cpuPercent: number | null;
  readonly memory: Room;
  /** Null where there is none. */
  readonly swap: Room | null;
  readonly disk: Room;
}

export interface Room {
  readonly bytes: number;
  readonly freeBytes: number;
}

/** Screens that look at the same time share what was seen. */
const FRESH_MS = 2000;

export class MachineLook {
  readonly #folder: string;
  readonly #usage: MachineUsage;
  #last: { readonly at: number; readonly facts: Promise<MachineFacts> } | undefined;

  constructor(dataFolder: string) {
    this.#folder = dataFolder;
    this.#usage = new MachineUsage(dataFolder);
  }

  look(): Promise<MachineFacts> {
    if (!this.#last || Date.now() - this.#last.at > FRESH_MS)
      this.#last = { at: Date.now(), facts: this.#look() };
    return this.#last.facts;
  }

  async #look(): Promise<MachineFacts> {
    const { cpu } = await this.#usage.look();
    const { bsize, blocks, bavail } = await statfs(this.#folder);
    return {
      cores: availableParallelism(),
      cpuPercent: cpu ?? null,
      ...parseRooms(await readFile("/proc/meminfo", "utf8").catch(() => "")),
      disk: { bytes: blocks * bsize, freeBytes: bavail * bsize },
    };
  }
}

/** @param text of /proc/meminfo (proc(5)); empty where there is none */
export function parseRooms(text: string): Pick<MachineFacts, "memory" | "swap"> {
  const sizes = new Map([...text.matchAll(/^(\w+):\s+(\d+) kB/gm)].map(([, name, kB]) => [name, Number(kB)]));
  const room = (total: string, free: string): Room | undefined => {
    const [bytes = 0, freeBytes = 0] = [total, free].map((name) => (sizes.get(name) ?? 0) * 1024);
    return bytes > 0 ? { bytes, freeBytes } : undefined;
  };
  return {
    memory: room("MemTotal", "MemAvailable") ?? { bytes: totalmem(), freeBytes: freemem() },
    swap: room("SwapTotal", "SwapFree") ?? null,
  };
}
