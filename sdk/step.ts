// What a step plugin is handed: the step, the study and the result it works on.

import type { DeidentifiedStudy } from "./deidentified-study.ts";
import type { ErrorCode } from "./errors.ts";
import type { Outcome, ResultIndex } from "./outcome.ts";
import type { Phi } from "./phi.ts";

/** What the files of a study are. */
export type StudyFormat = "dicom" | "nifti";

/**
 * A received file, kept bit for bit as it came: a DICOM object (PS3.10 file), or one file of a NIfTI study. The
 * latter have derived UIDs, empty class and syntax, and those of one image share a series.
 */
export interface StoredInstance {
  /** What the file is to its study; in a DICOM study all are `dicom`. */
  readonly role: "dicom" | "image" | "bval" | "bvec" | "sidecar";
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** SHA-256 of the data set without the file meta information, or of a NIfTI study's file; lower-case hex. */
  readonly sha256: string;
  /** Absolute path of the file; only kinds that work inside the house get one. */
  readonly path: string;
}

/** Who and what the study is; every value identifies the patient, so it is boxed. */
export interface StudyIdentity {
  readonly patientName: string;
  readonly patientId: string;
  readonly issuerOfPatientId: string;
  readonly patientBirthDate: string;
  readonly patientSex: string;
  readonly patientAge: string;
  readonly accessionNumber: string;
  readonly studyInstanceUid: string;
  readonly studyId: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly referringPhysicianName: string;
}

/** A study as the hub knows it at one revision. */
export interface ReceivedStudy {
  readonly id: string;
  readonly revision: number;
  readonly format: StudyFormat;
  /** Fields of the identity that were given with an upload: they count more than what the files say. */
  readonly supplied: readonly (keyof StudyIdentity)[];
  readonly identity: Phi<StudyIdentity>;
  /** All instances of this revision, in the order of series and instance UID. */
  instances(): Promise<readonly StoredInstance[]>;
}

/** An artifact of a result, checked against its checksum when it was stored. */
export interface ResultArtifact {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Absolute path in the results tree; read only. */
  readonly path: string;
}

export interface ResultView {
  readonly id: string;
  readonly orderId: string;
  readonly kind: "diagnostic" | "failure";
  readonly product: { readonly id: string; readonly version: string };
  readonly createdAt: Date;
  readonly artifacts: readonly ResultArtifact[];
  /** The product's declared numbers, as group tables show them. */
  readonly indexes: readonly ResultIndex[];
  readonly warnings: readonly string[];
  /** Why there is no diagnostic result; only when `kind` is `failure`. */
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

export interface StepBase {
  /** UUID; the idempotency key of everything the step does outside. */
  readonly id: string;
  /** 1 on the first try. */
  readonly attempt: number;
  /** As it was received, or its copy: each kind of step says which. */
  readonly study: ReceivedStudy | DeidentifiedStudy;
  /** Ends on cancel, lease loss, time-out and shutdown. */
  readonly signal: AbortSignal;
  /** Records that bytes are about to leave the house; call it before the first one does. */
  acting(): Promise<void>;
  /**
   * Shows how far the step is.
   * @param value 0 to 1, never falling
   * @param stage short name of what is being done, no PHI
   */
  progress(value: number, stage: string, message?: string): void;
  /** An empty folder of this try on the files volume; removed when the step ends, however it ends. */
  workspace(): Promise<string>;
}

/** A step inside the house. */
export interface InsideStep extends StepBase {
  readonly study: ReceivedStudy;
}

export type CheckStep = InsideStep;

export interface TransformStep extends InsideStep {
  /** Ids of check lines that a person looked at and let pass after an earlier try of this step was held. */
  readonly released: readonly string[];
  /**
   * SHA-256 of the manifest that this site kept last, for the next one to name; undefined for the first. Copies that
   * are made at the same time may get the same: the hub orders them when it keeps them.
   */
  previousManifest(): Promise<string | undefined>;
}

/** One study to be run through one product. */
export interface OrderView {
  readonly id: string;
  readonly product: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a step wrote down for its next try: ids and counts as JSON, nothing about the patient; 64 kB at most. */
export type Memo = Readonly<Record<string, unknown>>;

/** A step that carries out an order, over several tries if need be. */
export interface OrderStep extends StepBase {
  readonly order: OrderView;
  /** 1 at first, one more each time a person has it begun again: then what the memo tells of may have ended. */
  readonly round: number;
  /** What was remembered last, by whichever try on whichever hub. */
  memo(): Memo | undefined;
  /**
   * Writes down where the order is, in place of what was written before. It is safe when this resolves: the next try
   * finds it, after a crash and on another hub, too. Write before each move that the next try must know of.
   * @param reference what the other side calls the order, for people and for telling orders apart
   * @throws Transient when the database is away or the step is somebody else's by now
   */
  remember(memo: Memo, reference?: string): Promise<void>;
}

/** An order that is carried out inside the house. */
export interface ProcessStep extends InsideStep, OrderStep {
  readonly study: ReceivedStudy;
}

/** What may be said of a patient beside the files of a copy, each only where the plugin's settings ask for it. */
export interface OutboundFacts {
  /** Age string (PS3.5 6.2, VR AS); `090Y` for all that are older. */
  readonly patientAge?: string;
  readonly patientSex?: "F" | "M" | "O";
  readonly accessionNumber?: string;
}

/** An order that is carried out outside: with the de-identified copy, and nothing else. */
export interface OutboundStep extends OrderStep {
  readonly study: DeidentifiedStudy;
  /** The facts that the plugin named in `tells`; the journal says which of them were handed out. */
  facts(): Promise<Phi<OutboundFacts>>;
}

export interface DeliverStep extends InsideStep {
  readonly result: ResultView;
}

/** Exactly one of these comes back for every step that went in. */
export interface Settled {
  readonly step: StepBase;
  readonly outcome: Outcome;
}
