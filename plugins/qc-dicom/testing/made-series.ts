// Makes small MR series on disk for the tests of this plugin, and runs its checks over them.
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckLine, Outcome, ReceivedStudy } from "@thalamus/sdk";
import { type Dataset, derivedUid, encodeFile, type FileDataset } from "@thalamus/sdk/dicom";
import { BUILT_IN_PROFILES, type IfuProfile } from "@thalamus/sdk/quality";
import { checkStepOf, outcomeOf, studyOfFiles } from "@thalamus/sdk/testing";
import plugin from "../plugin.ts";
import { QcSettings } from "../settings.ts";

const MR = "1.2.840.10008.5.1.4.1.1.4";
const properties = Object.entries(QcSettings.properties as Record<string, { default?: unknown }>);
export const DEFAULTS = Object.fromEntries(
  properties.flatMap(([key, schema]) => ("default" in schema ? [[key, schema.default]] : [])),
) as QcSettings;

/** Of the file of tests that runs. */
export let folder = "";

export const makeFolder = () => {
  folder = mkdtempSync(join(tmpdir(), "qc-dicom-"));
};
export const removeFolder = () => rmSync(folder, { recursive: true });

let made = 0;

/** Seven MR images, each with the attributes of `common` and of its place in `each`. */
export async function series(
  common: Dataset,
  each: readonly Dataset[] = Array.from({ length: 7 }, () => ({})),
): Promise<string[]> {
  made += 1;
  const prefix = `${made}`;
  return Promise.all(
    each.map(async (own, index) => {
      const file = join(folder, `${prefix}-${index}.dcm`);
      const dataset = {
        SOPClassUID: MR,
        SOPInstanceUID: derivedUid("qc-dicom test", `${prefix} ${index}`),
        StudyInstanceUID: "1.2.3",
        SeriesInstanceUID: derivedUid("qc-dicom test", prefix),
        SeriesNumber: 3,
        StudyDate: "20240312",
        PatientAge: "066Y",
        PatientSex: "F",
        Rows: 2,
        Columns: 2,
        BitsAllocated: 16,
        PixelSpacing: [2, 2],
        ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
        PixelData: new Uint8Array(8),
        ...common,
        ...own,
      };
      await writeFile(file, encodeFile(dataset as FileDataset));
      return file;
    }),
  );
}

export const directions = Array.from({ length: 6 }, (_, i) => [Math.cos(i / 2), Math.sin(i / 2), 0.5]);

/** One volume at b = 0 and six directions at b = 1000. */
export const weighted = (of: (b: number, direction?: number[]) => Dataset): Dataset[] => [
  of(0),
  ...directions.map((direction) => of(1000, direction)),
];

/** The default rule set with some rules of its own. */
export const rules = (own: Partial<IfuProfile>): Partial<QcSettings> => ({
  ownProfile: { ...BUILT_IN_PROFILES.get("general-dti")!, name: "own", version: "7", ...own },
});

export async function checkStudy(study: ReceivedStudy, settings: Partial<QcSettings> = {}): Promise<Outcome> {
  return outcomeOf(plugin.check, checkStepOf(study), { settings: { ...DEFAULTS, ...settings } });
}

export const check = async (files: readonly string[], settings: Partial<QcSettings> = {}): Promise<Outcome> =>
  checkStudy(await studyOfFiles(files), settings);

export function linesOf(outcome: Outcome): Record<string, CheckLine> {
  if (outcome.kind !== "passed" && outcome.kind !== "held") throw new Error(`it ended as ${outcome.kind}`);
  return Object.fromEntries(outcome.lines.map((line) => [line.id, line]));
}

/** Lines by their ids. */
export const lines = async (
  files: readonly string[],
  settings: Partial<QcSettings> = {},
): Promise<Record<string, CheckLine>> => linesOf(await check(files, settings));
