// How a step can end: the whole vocabulary between a plugin and the ledger.
import type { ErrorCode } from "./errors.ts";

/** One line of a quality check: what was looked at, what was found and how to mend it. No PHI in any field. */
export interface CheckLine {
  /** Feature id of the check, for example `A-301`. */
  readonly id: string;
  readonly title: string;
  /** `bypassed`: a person let it pass, or the check is switched off; it counts as passed. */
  readonly verdict: "pass" | "fail" | "warn" | "bypassed" | "not-run";
  /** What the study holds, in words without PHI. */
  readonly found: string;
  /** What is wanted. */
  readonly wanted: string;
  /** What a person can do about a failure. */
  readonly howToFix?: string;
  /** The series it is about, by labels that tell nothing about the patient: `series 5`. */
  readonly series?: readonly string[];
}

/** The rules that lines were judged by: versioned, so that a report can be understood later. */
export interface RuleSetName {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
}

/** A person let the failed lines of a check pass. */
export interface Bypass {
  /** Name of the account. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
  /** Ids of the lines. */
  readonly lines: readonly string[];
}

/** One file a processing step made, inside the step's workspace. */
export interface ResultFile {
  /** Format name as people ask for it: `report`, `preview`, `summary`, `data`, `xml`, `features`, `maps/FA`. */
  readonly name: string;
  /** Absolute path of the file. */
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** One number of a result for group tables. */
export interface ResultIndex {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
}

/** What came back for an order. */
export interface NewResult {
  readonly kind: "diagnostic" | "failure";
  readonly product: { readonly id: string; readonly version: string };
  readonly files: readonly ResultFile[];
  readonly indexes: readonly ResultIndex[];
  readonly warnings: readonly string[];
  /** Why there is no diagnostic result; required when `kind` is `failure`. */
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  /**
   * Whose result it is, as what came back from outside says itself; never copied from the step. Required of plugins
   * that send studies out: without it, or when it fits the order's copy not, the result is refused.
   */
  readonly subject?: ResultSubject;
}

/** Who a result from outside is about, in the words of the copy that went out. */
export interface ResultSubject {
  /** StudyInstanceUID (0020,000D) of the copy. */
  readonly studyInstanceUid: string;
  /** PatientID (0010,0020) of the copy. */
  readonly patientPseudonym: string;
}

/** One file of a de-identified copy, inside the step's workspace. */
export interface DeidentifiedFile {
  /** Absolute path of the file; its ending says what it is (`.dcm`; `.nii`, `.nii.gz`, `.bval`, `.bvec`, `.json`). */
  readonly path: string;
  /** UIDs of the copy, not of the source. */
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  readonly bytes: number;
  /** SHA-256 of the whole file; lower-case hex. */
  readonly sha256: string;
}

/** The copy of a study that may leave the house. */
export interface NewDeidentifiedStudy {
  /** StudyInstanceUID (0020,000D) of the copy. */
  readonly studyInstanceUid: string;
  /** PatientID (0010,0020) of the copy. */
  readonly patientPseudonym: string;
  readonly files: readonly DeidentifiedFile[];
  /** The signed record of what was done to which file; a file in the workspace. */
  readonly manifest: { readonly path: string; readonly bytes: number; readonly sha256: string };
  /** How many elements each rule changed, by the rule's name; no values. */
  readonly changes: Readonly<Record<string, number>>;
  /** What a person was told or asked about: pixels, documents. No PHI. */
  readonly lines: readonly CheckLine[];
}

/** A step that has nothing to do for a while, since somebody else is at work. */
export interface Waiting {
  /** Until somebody looks again. */
  readonly afterMs: number;
  /** 0 to 1; as it was when left out. */
  readonly progress?: number;
  /** Short name of what is being waited for, no PHI; a new one is journalled. */
  readonly stage: string;
  /** The other side has all it needs and works on it. */
  readonly isSent?: boolean;
  /** Why it cannot go on, where that is no matter of time only; together with `message`. */
  readonly code?: ErrorCode;
  /** A sentence for people. */
  readonly message?: string;
}

export type Outcome =
  | {
      readonly kind: "passed";
      readonly lines: readonly CheckLine[];
      readonly rules?: RuleSetName;
      /** Written by the hub; a plugin never bypasses anything. */
      readonly bypass?: Bypass;
    }
  | { readonly kind: "held"; readonly lines: readonly CheckLine[]; readonly rules?: RuleSetName }
  | { readonly kind: "transformed"; readonly copy: NewDeidentifiedStudy }
  | { readonly kind: "processed"; readonly result: NewResult }
  | { readonly kind: "delivered"; readonly receipt: Readonly<Record<string, unknown>> }
  | ({ readonly kind: "waiting" } & Waiting)
  | { readonly kind: "called-off"; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "retry"; readonly code: ErrorCode; readonly message: string; readonly afterMs?: number }
  | {
      readonly kind: "rejected";
      readonly code: ErrorCode;
      readonly message: string;
      readonly errorId?: string;
      /** Of a check that held the study before a person ended it. */
      readonly lines?: readonly CheckLine[];
    }
  | { readonly kind: "uncertain"; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: "released" };

/** Every check passed or is switched off. */
export const passed = (lines: readonly CheckLine[], rules?: RuleSetName): Outcome => ({
  kind: "passed",
  lines,
  ...(rules ? { rules } : {}),
});

/** A check failed: the study waits for a person. */
export const held = (lines: readonly CheckLine[], rules?: RuleSetName): Outcome => ({
  kind: "held",
  lines,
  ...(rules ? { rules } : {}),
});

/** The de-identified copy is complete and was proven clean. */
export const transformed = (copy: NewDeidentifiedStudy): Outcome => ({ kind: "transformed", copy });

/** A processing step ended with a result, diagnostic or failure. */
export const processed = (result: NewResult): Outcome => ({ kind: "processed", result });

/**
 * The order is somewhere else and takes its time: no hub holds the step meanwhile, the memo stays, and neither this try nor
 * those that failed before it count. Ends of claims that wait are not journalled while the stage is the same.
 */
export const waits = (waiting: Waiting): Outcome => ({ kind: "waiting", ...waiting });

/** The other side says that the order was cancelled there: it is cancelled here, too, and nothing is reported. */
export const calledOff = (code: ErrorCode, message: string): Outcome => ({
  kind: "called-off",
  code,
  message,
});

/** What the other side answered, and the hash of the report it has; no PHI. */
export type DeliveryReceipt = Readonly<Record<string, unknown>> & {
  /** SHA-256 of the report that was delivered, or of what was made of it where it is no file; lower-case hex. */
  readonly sha256: string;
};

/** A result arrived where it was sent; the receipt says what the other side answered. */
export const delivered = (receipt: DeliveryReceipt): Outcome => ({
  kind: "delivered",
  receipt,
});

/** Nothing to do here, on purpose; shown as "skipped by policy". */
export const skipped = (reason: string): Outcome => ({ kind: "skipped", reason });

/**
 * The other side may have it or not, and a second time would double it: a person decides. Only after `step.acting()`,
 * and only where `onInterrupted` is `ask`.
 */
export const uncertain = (code: ErrorCode, message: string): Outcome => ({
  kind: "uncertain",
  code,
  message,
});
