// A processing step as core hands it out, over a temporary folder.
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessStep, StudyIdentity } from "@thalamus/sdk";
import { derivedUid, encodeFile } from "@thalamus/sdk/dicom";
import { checkStepOf, memoBook, studyOfFiles } from "@thalamus/sdk/testing";

const MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4";

/** Values that must not be found in anything a product is told or a report shows. */
export const CANARY: StudyIdentity = {
  patientName: "Canary^Carla",
  patientId: "CANARY-4711",
  issuerOfPatientId: "CANARYHOSPITAL",
  patientBirthDate: "19580317",
  patientSex: "F",
  patientAge: "066Y",
  accessionNumber: "ACC99887",
  studyInstanceUid: "1.2.826.0.1.3680043.8.498.77",
  studyId: "STUDY5150",
  studyDate: "20240412",
  studyTime: "095812",
  studyDescription: "Canary brain",
  referringPhysicianName: "Canaryref^Rita",
};

export interface StepOptions {
  readonly product?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly attempt?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: ProcessStep["progress"];
  /** Files of a study that is there; without it one of the patient above is made. */
  readonly files?: readonly string[];
  /** Of the study that is made: one series of each; `["MR"]`. */
  readonly modalities?: readonly string[];
}

export async function processStep(folder: string, options: StepOptions = {}): Promise<ProcessStep> {
  const { params = {}, attempt = 1, product = "probe", onProgress = () => undefined } = options;
  const study = options.files
    ? await studyOfFiles(options.files)
    : await studyOfFiles(await writeSeries(join(folder, "received"), options.modalities ?? ["MR"]), CANARY);
  const workspace = join(folder, "workspace", randomUUID());
  return {
    ...checkStepOf(study, options.signal),
    ...memoBook().parts,
    round: 1,
    attempt,
    order: { id: `order-${randomUUID()}`, product, params },
    progress: onProgress,
    workspace: async () => {
      await mkdir(workspace, { recursive: true });
      return workspace;
    },
  };
}

/** Two instances for each series, as small as DICOM files can be. */
async function writeSeries(folder: string, modalities: readonly string[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [series, Modality] of modalities.entries()) {
    for (const number of [1, 2]) {
      const path = join(folder, `${series}-${number}.dcm`);
      const file = encodeFile({
        SOPClassUID: MR_IMAGE_STORAGE,
        SOPInstanceUID: derivedUid("test instance", `${series}.${number}`),
        SeriesInstanceUID: derivedUid("test series", String(series)),
        PatientName: CANARY.patientName,
        Modality,
      });
      await writeFile(path, file);
      files.push(path);
    }
  }
  return files;
}
