// The ways a run ends without a result: each is an error class with its exit code.

/** Why an input cannot be measured. The codes are part of the product's interface: see README.md. */
export type UnsuitableCode =
  | "NO_DICOM"
  | "NO_DTI_SERIES"
  | "LOSSY_COMPRESSION"
  | "SERIES_TOO_LARGE"
  | "CONVERSION_FAILED"
  | "VOLUME_MISMATCH"
  | "TOO_FEW_SLICES"
  | "MASK_IMPLAUSIBLE"
  | "GRADIENT_TABLE"
  | "NIFTI_UNREADABLE";

/** The input cannot give a trustworthy result, and trying again will not help (exit 3). */
export class Unsuitable extends Error {
  readonly code: UnsuitableCode;
  constructor(code: UnsuitableCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The caller made a mistake: no folder, unreadable job.json, wrong parameter (exit 4). */
export class BadJob extends Error {}

/** The machine was in the way, the same job may succeed later (exit 75). */
export class TryAgain extends Error {}

export const EXIT = {
  done: 0,
  unsuitable: 3,
  badJob: 4,
  internal: 10,
  tryAgain: 75,
  interrupted: 130,
  terminated: 143,
} as const;

/** How an ended run is told to the hub. */
export interface Ending {
  exitCode: number;
  status: "unsuitable" | "failed";
  code: string;
  message: string;
  retryable: boolean;
}

/** Full disk, exhausted file handles or memory: nothing is wrong with the study. */
const PASSING_FAULTS = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/** Sorts any thrown value into an ending. Unknown errors are bugs and end as INTERNAL, exit 10. */
export function endingOf(error: unknown): Ending {
  const message = error instanceof Error ? error.message : String(error);
  const failed = { status: "failed", message, retryable: false } as const;
  if (error instanceof Unsuitable) {
    return { exitCode: EXIT.unsuitable, status: "unsuitable", code: error.code, message, retryable: false };
  }
  if (error instanceof BadJob) return { ...failed, exitCode: EXIT.badJob, code: "BAD_JOB" };
  const systemCode = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof TryAgain || (systemCode !== undefined && PASSING_FAULTS.has(systemCode))) {
    return { ...failed, exitCode: EXIT.tryAgain, code: "TRY_AGAIN", retryable: true };
  }
  return { ...failed, exitCode: EXIT.internal, code: "INTERNAL" };
}
