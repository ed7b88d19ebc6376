// What was measured on: without it a figure means nothing.
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileSystemOf } from "./disk.ts";

export interface Machine {
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly kernel: string;
  readonly fileSystem: string;
  /** Load average of the last minute before the bench began. */
  readonly loadBefore: number;
  readonly date: string;
}

export function describeMachine(folder: string): Machine {
  const all = cpus();
  return {
    cpus: all.length,
    cpuModel: all[0]?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    kernel: readFileSync("/proc/sys/kernel/osrelease", "utf8").trim(),
    fileSystem: fileSystemOf(folder),
    loadBefore: loadavg()[0] ?? 0,
    date: new Date().toISOString(),
  };
}

export function machineLine(machine: Machine, folder: string): string {
  return [
    `${machine.cpus} x ${machine.cpuModel}, ${machine.memoryGb} GB`,
    `Linux ${machine.kernel}, Node ${machine.node}`,
    `${machine.fileSystem} under ${folder}`,
    `load before ${machine.loadBefore.toFixed(1)}`,
    machine.date,
  ].join("; ");
}
