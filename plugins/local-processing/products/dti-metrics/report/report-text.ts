// Makes report.txt: the report as plain text.
import { product } from "../contract/product-description.ts";
import type { Measurement } from "./measurement.ts";
import { acquisitionRows, formatMeanSd, formatNumber, LIMITS, provenanceRows } from "./report-wording.ts";

const aligned = (rows: readonly (readonly [string, string])[]) =>
  rows.map(([name, value]) => `  ${name.padEnd(22)}${value}`);

/** The report as text, UTF-8, lines of no fixed width. */
export function reportText(measurement: Measurement): string {
  const { job, metrics, regions } = measurement;
  const sections = [
    [
      "RESEARCH USE ONLY - not a medical device, not for diagnosis or treatment decisions",
      "",
      `Diffusion tensor metrics (${product.id} ${product.version})`,
      ...aligned([
        ["Study", job.studyLabel || "not given"],
        ["Job", job.id ?? "not given"],
      ]),
    ],
    ["ACQUISITION", ...aligned(acquisitionRows(measurement))],
    [
      "VALUES (mean \u00b1 SD [median] over voxels; MD, AD, RD in 10^-3 mm2/s)",
      ...regions.flatMap((region) => [
        `  ${region.name} (${region.rule}): ${region.volumeMl.toFixed(1)} ml`,
        ...metrics.map((metric) => {
          const statistics = region.statistics[metric.id];
          return `    ${metric.id}  ${formatMeanSd(statistics)} [${formatNumber(statistics?.median)}]`;
        }),
      ]),
    ],
    ...(measurement.notComputed.length > 0
      ? [["NOT COMPUTED", ...measurement.notComputed.map((no) => `  ${no.what} [${no.code}]: ${no.reason}`)]]
      : []),
    [
      `QUALITY: ${measurement.verdict.toUpperCase()}`,
      ...measurement.checks.map(
        (check) => `  [${check.status}] ${check.name}: ${check.value} (${check.limit})`,
      ),
    ],
    ["KEEP IN MIND", ...LIMITS.map((limit) => `  - ${limit}`)],
    ["PROVENANCE", ...aligned(provenanceRows(measurement))],
  ];
  return `${sections.map((section) => section.join("\n")).join("\n\n")}\n`;
}
