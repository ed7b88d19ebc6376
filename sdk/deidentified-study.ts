// A study as it may leave the house: the copy that a transform made and the hub has checked and kept.
import type { StoredInstance, StudyFormat } from "./step.ts";

/** A file of the copy; all UIDs are those of the copy. */
export interface DeidentifiedInstance {
  /** What the file is to its study; the path of an image ends in `.nii` or `.nii.gz`. */
  readonly role: StoredInstance["role"];
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** SHA-256 of the whole file; lower-case hex. */
  readonly sha256: string;
  /** Absolute path in the tree of de-identified files; read only. */
  readonly path: string;
}

export interface DeidentifiedManifest {
  /** Absolute path in the tree of de-identified files; read only. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface DeidentifiedParts {
  readonly id: string;
  readonly revision: number;
  readonly format: StudyFormat;
  readonly studyInstanceUid: string;
  readonly patientPseudonym: string;
  readonly manifest: DeidentifiedManifest;
  readonly instances: () => Promise<readonly DeidentifiedInstance[]>;
}

/**
 * All that a plugin gets to see which sends studies out of the house. The private field makes the type nominal: no
 * object literal and no received study fits it. Plugins see the type only; the class itself is for the hub.
 */
export class DeidentifiedStudy {
  readonly #parts: DeidentifiedParts;

  constructor(parts: DeidentifiedParts) {
    this.#parts = parts;
  }

  /** Id of the copy, not of the study it was made from. */
  get id(): string {
    return this.#parts.id;
  }

  /** Of the study it was made from. */
  get revision(): number {
    return this.#parts.revision;
  }

  get format(): StudyFormat {
    return this.#parts.format;
  }

  /** StudyInstanceUID (0020,000D) of the copy. */
  get studyInstanceUid(): string {
    return this.#parts.studyInstanceUid;
  }

  /** PatientID (0010,0020) of the copy. */
  get patientPseudonym(): string {
    return this.#parts.patientPseudonym;
  }

  /** The signed record of how the copy was made. */
  get manifest(): DeidentifiedManifest {
    return this.#parts.manifest;
  }

  /** All files of the copy, in the order of series and instance UID. */
  instances(): Promise<readonly DeidentifiedInstance[]> {
    return this.#parts.instances();
  }
}
