// Makes features.csv: one header row and one row of numbers, ready for a statistics program.
import type { Measurement, Metric } from "./measurement.ts";

/** CSF-like voxels are too few in many scans to make a stable feature. */
const FEATURE_REGIONS = ["brain", "wmLike", "coreWm", "nonWm"] as const;
const METRIC_IDS: readonly Metric["id"][] = ["FA", "MD", "AD", "RD", "FW"];
const STATISTICS = ["mean", "sd", "median", "p5", "p95"] as const;

/** Quotes a field if it needs it (RFC 4180) and disarms what a spreadsheet would take for a formula. */
function csvText(text: string): string {
  const harmless = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const csvNumber = (value: number | null | undefined) =>
  value !== null && value !== undefined && Number.isFinite(value) ? String(Number(value.toPrecision(7))) : "";

/**
 * The feature CSV. The columns are always the same, so that files of different scans can be put together:
 * Subject (the hub's study label, else the job), region.metric.statistic, region.volumeMl, qc.check. Diffusivities in
 * 10^-3 mm2/s. What was not computed is empty.
 */
export function featuresCsv(measurement: Measurement): string {
  const { job } = measurement;
  const columns: [string, string][] = [["Subject", csvText(job.studyLabel || job.id || "")]];
  for (const id of FEATURE_REGIONS) {
    const region = measurement.regions.find((one) => one.id === id)!;
    columns.push([`${id}.volumeMl`, csvNumber(region.volumeMl)]);
    for (const metric of METRIC_IDS) {
      for (const statistic of STATISTICS) {
        columns.push([`${id}.${metric}.${statistic}`, csvNumber(region.statistics[metric]?.[statistic])]);
      }
    }
  }
  for (const check of measurement.checks) columns.push([`qc.${check.id}`, csvNumber(check.raw)]);
  return `${columns.map(([name]) => name).join(",")}\r\n${columns.map(([, value]) => value).join(",")}\r\n`;
}
