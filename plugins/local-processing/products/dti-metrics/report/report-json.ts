// Makes report.json, the report for machines: the input of the DICOM SR and of every other format.
import { product } from "../contract/product-description.ts";
import type { QualityCheck } from "../quality/quality-checks.ts";
import type { MapStatistics } from "../tensor/map-statistics.ts";
import type { AcquiredShell, Measurement, Metric, NotComputed } from "./measurement.ts";

/** A change of this object's shape changes the number. */
export const REPORT_SCHEMA = "dti-metrics.report/1";

export interface ReportRegion {
  id: string;
  name: string;
  rule: string;
  voxels: number;
  volumeMl: number;
  /** By metric id: FA, MD, AD, RD and, for multi-shell data, FW. Unmeasurable numbers are null. */
  metrics: Partial<Record<Metric["id"], MapStatistics>>;
}

export interface Report {
  schema: typeof REPORT_SCHEMA;
  product: { id: string; version: string; name: string };
  intendedUse: string;
  study: { label: string };
  metrics: { id: string; name: string; unit: string }[];
  regions: ReportRegion[];
  verdict: string;
  qc: QualityCheck[];
  dropouts: { volume: number; slice: number; ratio: number; robustZ: number }[];
  notComputed: NotComputed[];
  acquisition: {
    series: string;
    scanner: Record<string, string | number>;
    matrix: readonly number[];
    voxelMm: readonly number[];
    volumes: number;
    shells: AcquiredShell[];
    tensor: { volumes: number; highestB: number };
    seen: string[];
  };
  provenance: {
    version: string;
    node: string;
    converter: string | null;
    parameters: Record<string, unknown>;
    inputSha256: string;
    created: string;
  };
}

/** The report as an object. Volumes and slices are counted from 0. */
export function buildReport(measurement: Measurement): Report {
  const { sidecar, grid, job } = measurement;
  return {
    schema: REPORT_SCHEMA,
    product: { id: product.id, version: product.version, name: product.name },
    intendedUse: product.intendedUse,
    study: { label: job.studyLabel },
    metrics: measurement.metrics.map(({ id, name, unit }) => ({ id, name, unit })),
    regions: measurement.regions.map((region) => ({
      id: region.id,
      name: region.name,
      rule: region.rule,
      voxels: region.voxels.length,
      volumeMl: Number(region.volumeMl.toFixed(3)),
      metrics: region.statistics,
    })),
    verdict: measurement.verdict,
    qc: measurement.checks,
    dropouts: measurement.sliceSignals.dropouts,
    notComputed: measurement.notComputed,
    acquisition: {
      series: measurement.seriesName,
      scanner: { ...sidecar },
      matrix: grid.size,
      voxelMm: grid.spacing.map((mm) => Number(mm.toFixed(4))),
      volumes: measurement.table.volumes,
      shells: measurement.shells,
      tensor: {
        volumes: measurement.tensorTable.volumes,
        highestB: Math.max(...measurement.tensorTable.bValues),
      },
      seen: measurement.seen,
    },
    provenance: {
      version: product.version,
      node: process.version,
      converter: sidecar.ConversionSoftwareVersion ? `dcm2niix ${sidecar.ConversionSoftwareVersion}` : null,
      parameters: { ...job.parameters },
      inputSha256: measurement.inputHash,
      created: measurement.created.toISOString(),
    },
  };
}

/** JSON text; a number that is not finite becomes null, which JSON can hold. */
export const reportJson = (report: Report): string => `${JSON.stringify(report, null, 1)}\n`;
