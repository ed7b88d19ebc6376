// Runs one job from the input folder to result.json.
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Folders, Job } from "./contract/job.ts";
import type { Messages } from "./contract/messages.ts";
import type { OutputFolder, ResultIndex } from "./contract/output-folder.ts";
import { chooseSeries } from "./images/choose-series.ts";
import type { ConversionSettings } from "./images/dicom-to-nifti.ts";
import { encodeNifti, LARGEST_IMAGE_BYTES, readNifti } from "./images/nifti.ts";
import { measureSeries } from "./measure-series.ts";
import { featuresCsv } from "./report/features-csv.ts";
import type { Measurement } from "./report/measurement.ts";
import { buildReport, reportJson } from "./report/report-json.ts";
import { reportText } from "./report/report-text.ts";
import { reportXml } from "./report/report-xml.ts";
import type { VoxelThreads } from "./tensor/voxel-threads.ts";

/** Largest image in bytes that a native converter may deliver; Node reads files up to 2 GiB. */
const LARGEST_NATIVE_IMAGE = 2e9;

/** The numbers that the group CSV shows for each study. */
function indexesOf(measurement: Measurement): ResultIndex[] {
  return (["wmLike", "coreWm"] as const).flatMap((id) => {
    const region = measurement.regions.find((one) => one.id === id)!;
    return measurement.metrics.map((metric) => {
      const mean = region.statistics[metric.id]!.mean;
      const value = Number.isFinite(mean) ? Number(mean.toFixed(6)) : null;
      return { name: `${id}.${metric.id}.mean`, value, unit: metric.unit };
    });
  });
}

async function writeReports(
  measurement: Measurement,
  output: OutputFolder,
  messages: Messages,
): Promise<void> {
  messages.progress(0.84, "report");
  // Loaded only now: drawing needs most of the program's start-up time, and a refusal does not draw.
  const { renderPdf } = await import("./report/report-pdf.ts");
  const { renderPng } = await import("./report/report-png.ts");
  const pdf = await renderPdf(measurement);
  output.write("report", "report.pdf", "application/pdf", pdf);
  messages.progress(0.9, "report", "preview");
  output.write("preview", "report.png", "image/png", await renderPng(pdf));
  const report = buildReport(measurement);
  output.write("data", "report.json", "application/json", reportJson(report));
  output.write("xml", "report.xml", "application/xml", reportXml(report));
  output.write("summary", "report.txt", "text/plain", reportText(measurement));
  output.write("features", "features.csv", "text/csv", featuresCsv(measurement));
}

function writeMaps(measurement: Measurement, output: OutputFolder): void {
  const { grid, metrics, mask } = measurement;
  const write = (name: string, map: Float32Array | Uint8Array) =>
    output.write("maps", `maps/${name}.nii.gz`, "application/x-nifti", encodeNifti(grid, map));
  for (const metric of metrics) write(metric.id, metric.map);
  write("mask", mask);
}

/** Finds, reads and measures the series. What the conversion left is removed: its sidecars hold names and dates. */
async function measureChosen(
  job: Job,
  folders: Folders,
  settings: ConversionSettings,
  messages: Messages,
  threads: VoxelThreads,
  lap: (name: string) => void,
): Promise<Measurement> {
  const conversion = join(folders.work, "conversion");
  try {
    const chosen = await chooseSeries(folders.in, conversion, job.parameters.maxB, settings, messages);
    lap("convert");
    messages.progress(0.18, "select", `${chosen.seen.length} image(s)`);
    const largest = settings.nativeConverter ? LARGEST_NATIVE_IMAGE : LARGEST_IMAGE_BYTES;
    const series = await readNifti(chosen.niftiFile, largest);
    return await measureSeries(series, chosen, job, new Date(), messages, threads);
  } finally {
    rmSync(conversion, { recursive: true, force: true });
  }
}

/**
 * Measures the job's images and writes all files.
 *
 * @returns the status in result.json: a failed quality check makes it "done-with-warnings"
 * @throws Unsuitable, BadJob, TryAgain; anything else is a bug
 */
export async function runJob(
  job: Job,
  folders: Folders,
  output: OutputFolder,
  settings: ConversionSettings,
  messages: Messages,
  threads: VoxelThreads,
): Promise<"done" | "done-with-warnings"> {
  const timingMs: Record<string, number> = {};
  let lapStart = performance.now();
  const lap = (name: string) => {
    timingMs[name] = Math.round(performance.now() - lapStart);
    lapStart = performance.now();
  };
  const measurement = await measureChosen(job, folders, settings, messages, threads, lap);
  lap("measure");
  await writeReports(measurement, output, messages);
  lap("report");
  messages.progress(0.95, "maps");
  writeMaps(measurement, output);
  lap("maps");
  const status = measurement.verdict === "fail" ? "done-with-warnings" : "done";
  output.finish({
    status,
    qc: { verdict: measurement.verdict, checks: measurement.checks },
    indexes: indexesOf(measurement),
    timingMs,
  });
  messages.progress(1, "done");
  return status;
}
