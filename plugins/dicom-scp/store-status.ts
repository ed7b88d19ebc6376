// What a sender is told about an object: DIMSE status and Error Comment for each way a C-STORE can end.
import { type Accepted, IntakeRefusal, type IntakeRefusalCode } from "@thalamus/sdk";
import { DimseStatus } from "@thalamus/sdk/dicom/net";

/** How one C-STORE ended. */
export interface StoreReply {
  readonly status: number;
  /** ErrorComment (0000,0902): at most 64 characters, nothing from the object in it. */
  readonly comment?: string;
  /** Why it was refused, for the log. */
  readonly code?: string;
  readonly outcome?: Accepted["outcome"];
}

const INTAKE_REFUSALS: Readonly<Record<IntakeRefusalCode, Omit<StoreReply, "code">>> = {
  "intake.truncated": { status: DimseStatus.cannotUnderstand, comment: "Data set ends too early" },
  "intake.malformed": { status: DimseStatus.cannotUnderstand, comment: "Data set cannot be read" },
  "intake.no-study": { status: DimseStatus.cannotUnderstand, comment: "Data set names no study" },
  "intake.mismatch": {
    status: DimseStatus.dataSetDoesNotMatchSopClass,
    comment: "SOP class or instance UID differs from the request",
  },
  "intake.out-of-space": { status: DimseStatus.outOfResources, comment: "No space left for new objects" },
  "intake.storage-failed": { status: DimseStatus.outOfResources, comment: "Object could not be stored" },
  "intake.stopping": { status: DimseStatus.outOfResources, comment: "Receiver is stopping" },
};

/** Refusals the receiver itself knows, before an object reaches the intake. */
export const StoreRefusals = {
  badInstanceUid: {
    status: DimseStatus.invalidSopInstance,
    comment: "Affected SOP Instance UID is not a UID",
    code: "dicom-scp.bad-uid",
  },
  badClassUid: {
    status: DimseStatus.invalidAttributeValue,
    comment: "Affected SOP Class UID is not a UID",
    code: "dicom-scp.bad-uid",
  },
  otherClass: {
    status: DimseStatus.sopClassNotSupported,
    comment: "SOP class is not that of the presentation context",
    code: "dicom-scp.wrong-sop-class",
  },
  noDataSet: {
    status: DimseStatus.cannotUnderstand,
    comment: "C-STORE without a data set",
    code: "dicom-scp.no-data-set",
  },
  unknownOperation: {
    status: DimseStatus.unrecognizedOperation,
    comment: "Only C-ECHO and C-STORE are served here",
    code: "dicom-scp.unknown-operation",
  },
} as const satisfies Record<string, StoreReply>;

/** Duplicates and revisions are success: the sender's object is safe. */
export function replyForAccepted(accepted: Accepted): StoreReply {
  return { status: DimseStatus.success, outcome: accepted.outcome };
}

/** An error the intake did not mean to throw is answered as a failure of ours, without its text. */
export function replyForError(error: unknown): StoreReply {
  if (error instanceof IntakeRefusal) return { ...INTAKE_REFUSALS[error.code], code: error.code };
  return { status: DimseStatus.processingFailure, comment: "Internal error", code: "dicom-scp.failed" };
}
