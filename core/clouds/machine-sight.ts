// How busy this machine is, for those whom the site lets know: processor, memory, and the disk with the data.
import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, loadavg, totalmem } from "node:os";
import type { Heartbeat } from "@thalamus/sdk/cloud";
import { MachineUsage } from "../notices/machine-usage.ts";

type Machine = NonNullable<Heartbeat["machine"]>;

const SECTOR_BYTES = 512;

interface DiskMoment {
  readonly at: number;
  readonly read: number;
  readonly written: number;
}

export class MachineSight {
  readonly #folder: string;
  readonly #usage: MachineUsage;
  #disks: DiskMoment | undefined;

  constructor(dataFolder: string) {
    this.#folder = dataFolder;
    this.#usage = new MachineUsage(dataFolder);
  }

  /** Processor and disk since the last look, or as far as the machine tells at the first one. */
  async look(): Promise<Machine> {
    const { cpu } = await this.#usage.look();
    const cores = availableParallelism();
    const { bsize, blocks, bavail } = await statfs(this.#folder);
    const share = cpu === undefined ? (loadavg()[0] ?? 0) / cores : cpu / 100;
    return {
      cpu_cores: cores,
      cpu_load: Math.max(0, Math.min(1, Math.round(share * 100) / 100)),
      memory_bytes: totalmem(),
      memory_available_bytes: process.availableMemory(),
      disk_free_bytes: bavail * bsize,
      disk_bytes: blocks * bsize,
      ...(await this.#speeds()),
    };
  }

  async #speeds(): Promise<Pick<Machine, "disk_read_bytes_per_second" | "disk_write_bytes_per_second">> {
    const text = await readFile("/proc/diskstats", "utf8").catch(() => "");
    const before = this.#disks;
    const now = { at: Date.now(), ...parseDisks(text) };
    this.#disks = now;
    const seconds = before ? (now.at - before.at) / 1000 : 0;
    const speed = (from: number, to: number) => Math.max(0, Math.round((to - from) / seconds));
    if (!before || seconds < 1)
      return { disk_read_bytes_per_second: null, disk_write_bytes_per_second: null };
    return {
      disk_read_bytes_per_second: speed(before.read, now.read),
      disk_write_bytes_per_second: speed(before.written, now.written),
    };
  }
}

/** Of whole disks: their partitions are counted in them (iostats.rst of the Linux kernel). */
const WHOLE_DISK = /^(?:sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;

/** @param text of /proc/diskstats; empty where there is none */
export function parseDisks(text: string): { readonly read: number; readonly written: number } {
  const disks = text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , name = ""]) => WHOLE_DISK.test(name));
  const sectors = (column: number) => disks.reduce((sum, fields) => sum + (Number(fields[column]) || 0), 0);
  return { read: sectors(5) * SECTOR_BYTES, written: sectors(9) * SECTOR_BYTES };
}
