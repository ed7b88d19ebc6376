// Converts DICOM series to NIfTI in a child process, one series at a time.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TryAgain, Unsuitable } from "../contract/refusal.ts";
import { CONVERTER_GAVE_UP } from "./converter-exit.ts";
import { readDicomHeader } from "./dicom-header.ts";
import { LARGEST_IMAGE_BYTES } from "./nifti.ts";

/** Exit codes of dcm2niix: done, and no usable DICOM. */
const NATIVE_NO_IMAGE = [0, 2];

/** Files of one DICOM series, as found in the input folder. */
export interface DicomSeries {
  files: string[];
  modality: string;
  lossy: boolean;
  /** Images in all files together. */
  frames: number;
  /** Size of the NIfTI image to expect: rows x columns x frames x 2 bytes. */
  expectedBytes: number;
}

export interface ConversionSettings {
  /** A dcm2niix program for series that the WebAssembly build has no memory for. */
  nativeConverter: string | undefined;
  /** Told of every child process, so that it can be ended with the run. */
  onChild: (child: ChildProcess) => void;
}

/** Groups the DICOM files of a list by series; other files are left out. */
export function findDicomSeries(files: readonly string[]): DicomSeries[] {
  const series = new Map<string, DicomSeries>();
  for (const file of files) {
    const header = readDicomHeader(file);
    if (header === undefined) continue;
    const known = series.get(header.seriesInstanceUid);
    const group = known ?? {
      files: [],
      modality: header.modality,
      lossy: false,
      frames: 0,
      expectedBytes: 0,
    };
    if (known === undefined) series.set(header.seriesInstanceUid, group);
    group.files.push(file);
    group.lossy ||= header.lossy;
    group.frames += header.frames;
    group.expectedBytes += header.rows * header.columns * header.frames * 2;
  }
  return [...series.values()];
}

/** Whether a series fits: the WebAssembly build needs about 4.3 times the image and aborts near 2 GB. */
export const isTooLarge = (series: DicomSeries, settings: ConversionSettings): boolean =>
  series.expectedBytes > LARGEST_IMAGE_BYTES && settings.nativeConverter === undefined;

/**
 * Converts one series. A child process, because the module never gives its memory back and an abort leaves
 * it unusable.
 *
 * @param work folder for this series alone; it is made
 * @returns the NIfTI files without their ending; empty when the converter found no image
 * @throws Unsuitable CONVERSION_FAILED, TryAgain; anything else is a fault of the installation
 */
export async function convertSeries(
  series: DicomSeries,
  work: string,
  settings: ConversionSettings,
): Promise<string[]> {
  const output = join(work, "nifti");
  mkdirSync(output, { recursive: true });
  const useNative = series.expectedBytes > LARGEST_IMAGE_BYTES && settings.nativeConverter !== undefined;
  const child = useNative
    ? startNative(settings.nativeConverter!, series, work, output)
    : startWasm(series, work, output);
  settings.onChild(child);
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (done, fail) => {
      child.once("error", fail);
      child.once("close", (exitCode, endedBy) => done({ code: exitCode, signal: endedBy }));
    },
  );
  if (signal !== null)
    throw new TryAgain(`the DICOM converter was ended by ${signal}, perhaps for lack of memory`);
  const images = readdirSync(output)
    .filter((name) => name.endsWith(".nii"))
    .sort();
  if (images.length === 0) checkEnd(code, useNative);
  return images.map((name) => join(output, name.slice(0, -".nii".length)));
}

/**
 * Tells a series that the converter has no image of from one it failed on, and from a converter that does not work.
 * @throws Unsuitable CONVERSION_FAILED; Error, which is a fault of the installation
 */
function checkEnd(code: number | null, isNative: boolean): void {
  const none = isNative ? NATIVE_NO_IMAGE : [0];
  if (none.includes(code!)) return;
  if (isNative || code === CONVERTER_GAVE_UP) {
    throw new Unsuitable("CONVERSION_FAILED", "the DICOM converter gave the series up");
  }
  throw new Error(`the DICOM converter did not work (exit code ${code})`);
}

function startWasm(series: DicomSeries, work: string, output: string): ChildProcess {
  const list = join(work, "files.json");
  writeFileSync(list, JSON.stringify(series.files.map((file) => resolve(file))));
  const program = fileURLToPath(new URL("./wasm-converter.ts", import.meta.url));
  return spawn(process.execPath, [program, list, output], { stdio: "ignore" });
}

/** The native program takes a folder, so the files of the series are linked into one. */
function startNative(program: string, series: DicomSeries, work: string, output: string): ChildProcess {
  const input = join(work, "dicom");
  mkdirSync(input);
  series.files.forEach((file, position) => {
    symlinkSync(resolve(file), join(input, `${String(position).padStart(6, "0")}.dcm`));
  });
  const args = ["-b", "y", "-ba", "y", "-z", "n", "-f", "%s", "-o", output, input];
  return spawn(program, args, { stdio: "ignore" });
}
