// Rows of studies and instances as an archive's reader sees them.
import { join } from "node:path";
import { type ArchivedInstance, type FoundStudy, Phi } from "@thalamus/sdk";
import type { ImageReader } from "../images/image-reader.ts";
import { openArchived } from "./archived-file.ts";

export interface StudySight {
  readonly id: string;
  readonly study_instance_uid: string;
  readonly patient_name: string;
  readonly patient_id: string;
  readonly issuer_of_patient_id: string;
  readonly patient_birth_date: string;
  readonly patient_sex: string;
  readonly patient_age: string;
  readonly accession_number: string;
  readonly study_id: string;
  readonly study_date: string;
  readonly study_time: string;
  readonly study_description: string;
  readonly referring_physician_name: string;
  readonly all_modalities: readonly string[] | null;
  readonly series_found: number;
  readonly instances_found: number;
}

export interface InstanceSight {
  readonly study_id: string;
  readonly study_instance_uid: string;
  readonly series_instance_uid: string;
  readonly sop_instance_uid: string;
  readonly sop_class_uid: string;
  readonly transfer_syntax_uid: string;
  readonly modality: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly path: string;
}

export function foundStudy(row: StudySight): FoundStudy {
  return {
    id: row.id,
    identity: new Phi({
      studyInstanceUid: row.study_instance_uid,
      patientName: row.patient_name,
      patientId: row.patient_id,
      issuerOfPatientId: row.issuer_of_patient_id,
      patientBirthDate: row.patient_birth_date,
      patientSex: row.patient_sex,
      patientAge: row.patient_age,
      accessionNumber: row.accession_number,
      studyId: row.study_id,
      studyDate: row.study_date,
      studyTime: row.study_time,
      studyDescription: row.study_description,
      referringPhysicianName: row.referring_physician_name,
    }),
    modalities: (row.all_modalities ?? []).filter((modality) => modality !== ""),
    seriesCount: row.series_found,
    instanceCount: row.instances_found,
  };
}

/** @param received root of the tree of received files */
export function archivedInstance(
  row: InstanceSight,
  received: string,
  reader: Pick<ImageReader, "do">,
): ArchivedInstance {
  const path = join(received, row.path);
  return {
    studyInstanceUid: row.study_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    sopInstanceUid: row.sop_instance_uid,
    sopClassUid: row.sop_class_uid,
    transferSyntaxUid: row.transfer_syntax_uid,
    modality: row.modality,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    open: () => openArchived(path),
    render: async (options, signal) => reader.do("render", { path, options }, signal),
  };
}
