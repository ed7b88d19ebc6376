// Takes one file of a NIfTI study in: an image, its gradient table or its sidecar, kept as an instance is.
import { join } from "node:path";
import type { Accepted, InstanceWriter } from "@thalamus/sdk";
import type { Arrival } from "./group-commit.ts";
import { InstanceFile } from "./instance-file.ts";
import { instancePath, type NiftiEnding } from "./instance-path.ts";
import { refusalOf, type WriterPlace } from "./instance-writer.ts";
import type { StudyColumns } from "./study-header.ts";

/** How an incoming file of a NIfTI study is called until its row is committed. */
export const NIFTI_PART = ".nifti.part";

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
  readonly #place: Omit<WriterPlace, "productTag">;
  readonly #file: InstanceFile;

  /** @param file checked by the caller: what it holds is not looked at here */
  constructor(file: NiftiFile, place: Omit<WriterPlace, "productTag">) {
    this.#niftiFile = file;
    this.#place = place;
    this.#file = new InstanceFile(place.incomingPath, NOTHING, place.durable);
  }

  write(bytes: Uint8Array): void {
    this.#file.write(bytes);
  }

  async finish(): Promise<Accepted> {
    try {
      return await this.#keep();
    } catch (error) {
      this.#file.discard();
      const refusal = refusalOf(error);
      this.#place.refused(refusal.code);
      throw refusal;
    }
  }

  abandon(): void {
    this.#file.discard();
  }

  async #keep(): Promise<Accepted> {
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, ending } = this.#niftiFile;
    const { sha256, bytes } = this.#file.seal();
    const path = instancePath(studyInstanceUid, sopInstanceUid, sha256, ending);
    await this.#file.keep(join(this.#place.received, path), sha256);
    const arrival: Arrival = {
      header: {
        sopClassUid: "",
        sopInstanceUid,
        studyInstanceUid,
        seriesInstanceUid,
        modality: MODALITY,
        study: NOBODY,
      },
      transferSyntaxUid: "",
      sha256,
      bytes,
      path,
      association: this.#place.association,
    };
    const accepted = await this.#place.commit.add(arrival);
    this.#file.recorded();
    return accepted;
  }
}
