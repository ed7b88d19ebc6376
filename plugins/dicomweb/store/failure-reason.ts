// What a client is told about an instance that was not stored: FailureReason (0008,1197) for each error code.
import type { IntakeRefusalCode } from "@thalamus/sdk";

export type FailureCode =
  | IntakeRefusalCode
  | "dicomweb.not-part10"
  | "dicomweb.bad-instance-uid"
  | "dicomweb.class-not-taken"
  | "dicomweb.syntax-not-taken"
  | "dicomweb.other-study"
  | "dicomweb.instance-too-large"
  | "dicomweb.part-type"
  | "dicomweb.failed";

/** PS3.18 table I.2-2; where several would do, the one that C-STORE answers (PS3.4 table B.2-1). */
const REASONS: Readonly<Record<FailureCode, number>> = {
  "intake.truncated": 0xc000,
  "intake.malformed": 0xc000,
  "intake.no-study": 0xc000,
  "intake.mismatch": 0xa900,
  "intake.out-of-space": 0xa700,
  "intake.storage-failed": 0xa700,
  "intake.stopping": 0xa700,
  "dicomweb.not-part10": 0xc000,
  "dicomweb.bad-instance-uid": 0xc000,
  "dicomweb.class-not-taken": 0x0122,
  "dicomweb.syntax-not-taken": 0xc122,
  // implementation-specific (I.2.2 allows that): understood, but of another study than the address says
  "dicomweb.other-study": 0xc409,
  "dicomweb.instance-too-large": 0xa701,
  "dicomweb.part-type": 0xc000,
  "dicomweb.failed": 0x0110,
};

/** Worth another try later: nothing is wrong with the instance. */
const PASSING: ReadonlySet<FailureCode> = new Set([
  "intake.out-of-space",
  "intake.storage-failed",
  "intake.stopping",
]);

export const failureReason = (code: FailureCode): number => REASONS[code];
export const isPassing = (code: FailureCode): boolean => PASSING.has(code);
