// Takes one file of a NIfTI study in: an image, its gradient table or its sidecar, kept as an instance is.
import type { Accepted, InstanceWriter } from "@thalamus/sdk";
import { type Described, IncomingFile, type WriterPlace } from "./incoming-file.ts";
import type { NiftiEnding } from "./instance-path.ts";
import type { StudyColumns } from "./study-header.ts";

/** UIDs are derived from the content of the image, so that the same images are the same study for ever. */
export interface NiftiFile {
  readonly studyInstanceUid: string;
  /** One for each image with its table and sidecar. */
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly ending: NiftiEnding;
}

const NOTHING = Buffer.alloc(0);
/** Only diffusion MR comes as NIfTI. */
const MODALITY = "MR";
/** The file names nobody; what was given with the upload is written to the study afterwards. */
const NOBODY: StudyColumns = {
  format: "nifti",
  patientName: "",
  patientId: "",
  issuerOfPatientId: "",
  patientBirthDate: "",
  patientSex: "",
  patientAge: "",
  accessionNumber: "",
  studyId: "",
  studyDate: "",
  studyTime: "",
  studyDescription: "",
  referringPhysicianName: "",
};

export class NiftiWriter implements InstanceWriter {
  readonly #niftiFile: NiftiFile;
  readonly #file: IncomingFile;

  /** @param file checked by the caller: what it holds is not looked at here */
  constructor(file: NiftiFile, place: WriterPlace) {
    this.#niftiFile = file;
    this.#file = new IncomingFile(place, NOTHING);
  }

  write(bytes: Uint8Array): void {
    this.#file.write(bytes);
  }

  finish(): Promise<Accepted> {
    return this.#file.finish(() => this.#describe());
  }

  abandon(): void {
    this.#file.abandon();
  }

  #describe(): Described {
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, ending } = this.#niftiFile;
    const uids = { sopClassUid: "", sopInstanceUid, studyInstanceUid, seriesInstanceUid };
    return { header: { ...uids, modality: MODALITY, study: NOBODY }, transferSyntaxUid: "", ending };
  }
}
