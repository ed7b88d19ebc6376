// Takes one file of a NIfTI study in: an image, its gradient table or its sidecar, kept as an instance is.
import { type Accepted, type InstanceWriter, IntakeRefusal } from "@thalamus/sdk";
import type { Arrival } from "./group-commit.ts";
import { InstanceFile } from "./instance-file.ts";
import { instancePath, type NiftiEnding } from "./instance-path.ts";
import { refusalOf, type WriterPlace } from "./instance-writer.ts";
import { keepArrival } from "./keep-arrival.ts";
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
  readonly #place: WriterPlace;
  readonly #file: InstanceFile;
  #isTooLarge = false;

  /** @param file checked by the caller: what it holds is not looked at here */
  constructor(file: NiftiFile, place: WriterPlace) {
    this.#niftiFile = file;
    this.#place = place;
    this.#file = new InstanceFile(place.partPath, NOTHING, place.durable);
  }

  write(bytes: Uint8Array): void {
    if (this.#isTooLarge) return;
    if (this.#place.grant.take(bytes.length)) this.#file.write(bytes);
    else this.#outOfSpace();
  }

  async finish(): Promise<Accepted> {
    try {
      return await this.#keep();
    } catch (error) {
      this.#file.discard();
      const refusal = refusalOf(error);
      this.#place.refused(refusal.code);
      throw refusal;
    } finally {
      this.#place.grant.end();
    }
  }

  abandon(): void {
    this.#file.discard();
    this.#place.grant.end();
  }

  #outOfSpace(): void {
    this.#isTooLarge = true;
    this.#file.discard();
  }

  async #keep(): Promise<Accepted> {
    if (this.#isTooLarge) throw new IntakeRefusal("intake.out-of-space", "no room for a file of this size");
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, ending } = this.#niftiFile;
    const { sha256, bytes } = this.#file.seal();
    const path = instancePath(studyInstanceUid, sopInstanceUid, sha256, ending);
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
    return keepArrival(this.#file, arrival, this.#place);
  }
}
