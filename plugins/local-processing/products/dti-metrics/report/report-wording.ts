// Words and numbers that several report formats share, so that they agree.
import { product } from "../contract/product-description.ts";
import type { MapStatistics } from "../tensor/map-statistics.ts";
import type { Measurement } from "./measurement.ts";

/** A number with three decimals; "n/a" where there was nothing to measure. */
export const formatNumber = (value: number | undefined): string =>
  value !== undefined && Number.isFinite(value) ? value.toFixed(3) : "n/a";

/** "0.407 +- 0.128", with the sign for plus or minus. */
export const formatMeanSd = (statistics: MapStatistics | undefined): string =>
  statistics && statistics.n > 0
    ? `${formatNumber(statistics.mean)} \u00b1 ${formatNumber(statistics.sd)}`
    : "n/a";

/** "0.39 (0.26 - 0.66)": median, 5th and 95th percentile. */
export const formatPercentiles = (statistics: MapStatistics | undefined): string =>
  statistics && statistics.n > 0
    ? `${statistics.median.toFixed(2)} (${statistics.p5.toFixed(2)} \u2013 ${statistics.p95.toFixed(2)})`
    : "n/a";

const milliseconds = (seconds: string | number | undefined): string =>
  typeof seconds === "number" ? `${(1000 * seconds).toFixed(0)} ms` : "not given";

/** The acquisition as name and value, in the order of the report. */
export function acquisitionRows(measurement: Measurement): [string, string][] {
  const { sidecar, grid, table, tensorTable, shells } = measurement;
  const field = sidecar.MagneticFieldStrength;
  const scanner = [sidecar.Manufacturer, sidecar.ManufacturersModelName, field ? `${field} T` : undefined];
  const phaseEncoding = sidecar.PhaseEncodingDirection ?? sidecar.PhaseEncodingAxis;
  const highestB = Math.max(...tensorTable.bValues).toFixed(0);
  const used =
    tensorTable.volumes === table.volumes
      ? `all ${table.volumes} volumes`
      : `${tensorTable.volumes} of ${table.volumes} volumes, b up to ${highestB} s/mm\u00b2`;
  return [
    ["Series", measurement.seriesName],
    ["Scanner", scanner.filter(Boolean).join(" ") || "not given"],
    ["Matrix", `${grid.size.join(" \u00d7 ")}, ${table.volumes} volumes`],
    ["Voxel", `${grid.spacing.map((mm) => mm.toFixed(2)).join(" \u00d7 ")} mm`],
    ["b (volumes)", `${shells.map((shell) => `${shell.b} (${shell.volumes})`).join(", ")} s/mm\u00b2`],
    ["In the tensor", used],
    ["TE / TR", `${milliseconds(sidecar.EchoTime)} / ${milliseconds(sidecar.RepetitionTime)}`],
    ["Phase encoding", phaseEncoding ? `image axis ${phaseEncoding}` : "not given"],
  ];
}

/** What a reader must know before using a value. */
export const LIMITS: readonly string[] = [
  "For research. Not checked for clinical use; no normal values, no statement about one person's health.",
  "The classes come from thresholds on FA and MD. They are not anatomy, and values near their edges depend on the thresholds.",
  "Motion, eddy currents, susceptibility distortion, Gibbs ringing and noise bias are not corrected.",
  "Values are comparable only within one protocol: same scanner, sequence, b-values, resolution and processing.",
  "Apparent displacement is a lower bound of the real motion.",
];

/** How the values were obtained, in sentences. */
export function methodSentences(measurement: Measurement): string[] {
  const { sidecar, job, notComputed } = measurement;
  const converter = sidecar.ConversionSoftwareVersion;
  const freeWater = notComputed.find((refusal) => refusal.what === "free-water fraction");
  return [
    converter
      ? `Images were converted from DICOM with dcm2niix ${converter}.`
      : "Images were given as NIfTI with their gradient table.",
    "Mask: mean b = 0 image, 5 x 5 median filter twice, Otsu threshold, largest connected piece, holes filled.",
    "Tensor: least squares on the logarithm of the signal, then " +
      `${job.parameters.iterations} pass(es) weighted by the squared predicted signal. A signal of zero takes ` +
      "the smallest positive value of its voxel.",
    "FA, MD, AD and RD from the eigenvalues. Colour: direction of the first eigenvector in the scanner frame, brightness by FA.",
    freeWater
      ? `Free water: not computed (${freeWater.code}).`
      : "Free water: tissue tensor and isotropic water (3.0 \u00b5m\u00b2/ms), non-linear least squares on shells with b up to 2000 s/mm\u00b2.",
    "Drop-outs: mean log signal of a slice against a fit to all other volumes with a level for each shell, z below -5 and " +
      "loss above 8 %. " +
      "Displacement: rigid, linearised, each volume against its prediction. Gradient table: agreement of neighbouring " +
      "directions along the fibre, 24 axis orders and flips.",
  ];
}

/** Where the report comes from, as name and value. */
export function provenanceRows(measurement: Measurement): [string, string][] {
  const converter = measurement.sidecar.ConversionSoftwareVersion;
  return [
    ["Product", `${product.id} ${product.version} (Apache-2.0)`],
    ["Program", `Node.js ${process.version}`],
    ["Converter", converter ? `dcm2niix ${converter}` : "none, NIfTI was given"],
    ["Parameters", JSON.stringify(measurement.job.parameters)],
    ["SHA-256 of the input", measurement.inputHash],
    ["Made", measurement.created.toISOString()],
  ];
}

export const REFERENCES: readonly string[] = [
  "Basser, Mattiello, Le Bihan 1994. J Magn Reson B 103:247 (tensor); Basser, Pierpaoli 1996. J Magn Reson B 111:209 (FA)",
  "Veraart, Sijbers, Sunaert, Leemans, Jeurissen 2013. NeuroImage 81:335 (weighted linear estimation)",
  "Otsu 1979. IEEE Trans Syst Man Cybern 9:62 (threshold)",
  "Pajevic, Pierpaoli 1999. Magn Reson Med 42:526 (direction-encoded colour)",
  "Hoy et al. 2014. NeuroImage 103:323; Neto Henriques et al. 2017. ReScience 3(1) (free water from several shells)",
  "Imaging Neuroscience 2024, doi 10.1162/imag_a_00252 (why free water from one shell is refused)",
  "Li, Morgan, Ashburner, Smith, Rorden 2016. J Neurosci Methods 264:47 (dcm2niix)",
];
