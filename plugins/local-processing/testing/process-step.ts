// A processing step as core hands it out, over a temporary folder.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Phi, type ProcessStep, type StoredInstance, type StudyIdentity } from "@thalamus/sdk";
import { derivedUid, EXPLICIT_VR_LITTLE_ENDIAN, encodeFile } from "@thalamus/sdk/dicom";

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
  readonly identity?: Partial<StudyIdentity>;
  readonly onProgress?: ProcessStep["progress"];
  /** One series of each modality; `["MR"]`. */
  readonly modalities?: readonly string[];
  readonly transferSyntaxUid?: string;
  /** Of a study that is already on disk, in place of the ones made here. */
  readonly instances?: readonly StoredInstance[];
}

/** Two instances for each series, as small as DICOM files can be. */
export async function processStep(folder: string, options: StepOptions = {}): Promise<ProcessStep> {
  const { modalities = ["MR"], identity = {}, params = {}, attempt = 1, product = "probe" } = options;
  const instances =
    options.instances ?? (await writeInstances(join(folder, "received"), modalities, options));
  const workspace = join(folder, "workspace", randomUUID());
  return {
    id: randomUUID(),
    attempt,
    order: { id: `order-${randomUUID()}`, product, params },
    study: {
      id: randomUUID(),
      revision: 1,
      identity: new Phi({ ...CANARY, ...identity }),
      instances: async () => instances,
    },
    signal: options.signal ?? new AbortController().signal,
    acting: async () => undefined,
    progress: options.onProgress ?? (() => undefined),
    workspace: async () => {
      await mkdir(workspace, { recursive: true });
      return workspace;
    },
  };
}

/** The row of a file on disk. */
export async function storedInstance(
  path: string,
  changes: Partial<StoredInstance> = {},
): Promise<StoredInstance> {
  const content = await readFile(path);
  return {
    sopClassUid: MR_IMAGE_STORAGE,
    sopInstanceUid: derivedUid("test instance", basename(path)),
    seriesInstanceUid: derivedUid("test series", "1"),
    transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN,
    modality: "MR",
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    path,
    ...changes,
  };
}

async function writeInstances(
  folder: string,
  modalities: readonly string[],
  { transferSyntaxUid = EXPLICIT_VR_LITTLE_ENDIAN }: StepOptions,
): Promise<StoredInstance[]> {
  await mkdir(folder, { recursive: true });
  const instances: StoredInstance[] = [];
  for (const [series, modality] of modalities.entries()) {
    const seriesInstanceUid = derivedUid("test series", String(series));
    for (const number of [1, 2]) {
      const SOPInstanceUID = derivedUid("test instance", `${series}.${number}`);
      const path = join(folder, `${series}-${number}.dcm`);
      const dataset = { SOPClassUID: MR_IMAGE_STORAGE, SOPInstanceUID, PatientName: CANARY.patientName };
      await writeFile(
        path,
        encodeFile({ ...dataset, Modality: modality, SeriesInstanceUID: seriesInstanceUid }),
      );
      instances.push(await storedInstance(path, { seriesInstanceUid, modality, transferSyntaxUid }));
    }
  }
  return instances;
}
