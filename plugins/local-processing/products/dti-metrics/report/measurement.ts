// Everything a run has measured: what all report formats are made from.
import type { Job } from "../contract/job.ts";
import type { VoxelGrid } from "../images/diffusion-series.ts";
import type { Sidecar } from "../images/sidecar.ts";
import type { QualityCheck, Verdict } from "../quality/quality-checks.ts";
import type { SliceSignals } from "../quality/slice-dropouts.ts";
import type { GradientTable } from "../tensor/gradient-table.ts";
import type { MapStatistics } from "../tensor/map-statistics.ts";
import type { Region } from "../tensor/regions.ts";
import type { TensorMaps } from "../tensor/tensor-maps.ts";

/** A map that is reported on. Order: FA, MD, AD, RD, then FW when it was computed. */
export interface Metric {
  id: "FA" | "MD" | "AD" | "RD" | "FW";
  name: string;
  /** As machines read it: "1" or "10^-3 mm2/s". */
  unit: string;
  map: Float32Array;
  /** Values at the black and the white end of the pictures. */
  window: readonly [number, number];
}

export interface MeasuredRegion extends Region {
  volumeMl: number;
  statistics: Partial<Record<Metric["id"], MapStatistics>>;
}

/** Something the report leaves out on purpose. */
export interface NotComputed {
  what: string;
  code: string;
  reason: string;
}

export interface AcquiredShell {
  b: number;
  volumes: number;
  directions: number;
}

export interface Measurement {
  job: Job;
  created: Date;
  /** The hub's description of the series, else its number. */
  seriesName: string;
  seen: string[];
  sidecar: Sidecar;
  grid: VoxelGrid;
  /** The whole gradient table, as acquired. */
  table: GradientTable;
  shells: AcquiredShell[];
  /** The table of the volumes that the tensor was fitted to. */
  tensorTable: GradientTable;
  mask: Uint8Array;
  unweighted: Float32Array;
  maps: TensorMaps;
  metrics: Metric[];
  regions: MeasuredRegion[];
  notComputed: NotComputed[];
  checks: QualityCheck[];
  verdict: Verdict;
  sliceSignals: SliceSignals;
  displacements: Float64Array;
  /** SHA-256 over the stored signals and the gradient table. */
  inputHash: string;
}
