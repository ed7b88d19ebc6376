// The tables of the receive bench.
import type { Spread } from "../kit/statistics.ts";
import { textTable } from "../kit/text-table.ts";
import type { ReceiverKind } from "../servers/receiver.ts";
import { isHub, type Ratio, type ServerResult } from "./receive-summary.ts";

const HEAD = [
  "server",
  "objects/s",
  "(min-max)",
  "CPU s/1000",
  "(min-max)",
  "RSS MB",
  "grown MB",
  "loop p99 ms",
  "p50 ms",
  "p99 ms",
  "client CPU",
  "others CPUs",
  "on disk at success",
];

const NOTES = [
  "CPU s/1000: server with all its processes, for 1,000 objects. RSS: peak of the main process, grown: above what it",
  "had before; storescp works in processes of its own for each association. loop: delay of the event loop. client CPU: of the load process, for 1,000 objects.",
  "others: processors that the rest of the machine kept busy meanwhile; above 0.2 the figures are noisy.",
  "Ratios: hub / peer, median of the repetitions (min-max); objects/s: more is better, CPU: less is better.",
].join("\n");

export function receiveText(
  results: readonly ServerResult[],
  ratios: readonly Ratio[],
  kinds: readonly ReceiverKind[],
): string {
  const counts = [...new Set(results.map(({ associations }) => associations))];
  const parts = counts.map((count) => {
    const rows = results.filter(({ associations }) => associations === count);
    const compared = ratios.filter(({ associations }) => associations === count);
    const title = `${count} association${count === 1 ? "" : "s"}`;
    const table = textTable(
      HEAD,
      rows.flatMap((result) => rowsOf(result, kinds)),
    );
    return [title, table, ...(compared.length > 0 ? ["", ratioTable(compared)] : [])].join("\n");
  });
  return [...parts, NOTES].join("\n\n");
}

function rowsOf(result: ServerResult, kinds: readonly ReceiverKind[]): string[][] {
  const durability = kinds.find(({ name }) => name === result.server)?.durability ?? "";
  const row = [
    result.server,
    result.objectsPerSecond.median.toFixed(0),
    range(result.objectsPerSecond, 0),
    result.cpuPer1000.median.toFixed(2),
    range(result.cpuPer1000, 2),
    result.rssMb.median.toFixed(0),
    result.rssGrowthMb.median.toFixed(0),
    Number.isNaN(result.loopP99Ms.median) ? "-" : result.loopP99Ms.median.toFixed(1),
    result.p50Ms.median.toFixed(2),
    result.p99Ms.median.toFixed(2),
    result.clientCpuPer1000.median.toFixed(2),
    result.othersCpus.median.toFixed(2),
    durability,
  ];
  if (!isHub(result.server)) return [row];
  const withoutDatabase = [
    "  without database",
    "",
    "",
    result.mainCpuPer1000.median.toFixed(2),
    range(result.mainCpuPer1000, 2),
  ];
  return [row, withoutDatabase];
}

function ratioTable(ratios: readonly Ratio[]): string {
  const rows = ratios.map(({ hub, peer, objectsPerSecond, cpuPer1000 }) => [
    `${hub} / ${peer}`,
    objectsPerSecond.median.toFixed(2),
    range(objectsPerSecond, 2),
    cpuPer1000.median.toFixed(2),
    range(cpuPer1000, 2),
  ]);
  return textTable(["ratio", "objects/s", "(min-max)", "CPU", "(min-max)"], rows);
}

const range = ({ min, max }: Spread, digits: number): string =>
  `(${min.toFixed(digits)}-${max.toFixed(digits)})`;
