// Takes technical fields from a converter's JSON sidecar by an allow list; everything else stays behind.
import { existsSync, readFileSync } from "node:fs";

/**
 * Fields that describe the machine and the sequence. Sidecars also hold institution, station, serial number,
 * times and free text (even with dcm2niix -ba y), and descriptions and protocol names can hold anything.
 */
const ALLOWED = [
  "Manufacturer",
  "ManufacturersModelName",
  "MagneticFieldStrength",
  "SeriesNumber",
  "EchoTime",
  "RepetitionTime",
  "FlipAngle",
  "SliceThickness",
  "SpacingBetweenSlices",
  "PhaseEncodingDirection",
  "PhaseEncodingAxis",
  "MultibandAccelerationFactor",
  "ParallelReductionFactorInPlane",
  "PartialFourier",
  "EffectiveEchoSpacing",
  "TotalReadoutTime",
  "PixelBandwidth",
  "ConversionSoftware",
  "ConversionSoftwareVersion",
] as const;

export type Sidecar = Partial<Record<(typeof ALLOWED)[number], string | number>>;

/** Reads the allowed fields; empty when the file is missing or no JSON object. */
export function readSidecar(path: string): Sidecar {
  if (!existsSync(path)) return {};
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
  if (typeof raw !== "object" || raw === null) return {};
  const fields = raw as Record<string, unknown>;
  const sidecar: Sidecar = {};
  for (const name of ALLOWED) {
    const value = fields[name];
    if (typeof value === "number" && Number.isFinite(value)) sidecar[name] = value;
    // Short text only: a model name is a word or two.
    else if (typeof value === "string" && value.length <= 40) sidecar[name] = value;
  }
  return sidecar;
}
