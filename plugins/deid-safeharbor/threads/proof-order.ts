// What goes to the thread of the second pass, and what comes back: one answer to each question, in their order.
import type { NiftiProofOptions } from "../nifti-proof/nifti-proof.ts";
import type { ProverOptions } from "../proof/study-prover.ts";
import type { CopyOfFile } from "../proof/verify.ts";

export type ToProof =
  /** Both forget the last study. */
  | { readonly kind: "open"; readonly options: ProverOptions }
  | { readonly kind: "open-nifti"; readonly options: NiftiProofOptions }
  | { readonly kind: "prove"; readonly copies: readonly CopyOfFile[] }
  | { readonly kind: "finish" };

/** Answers to all questions of one order. */
export type FromProof = readonly ProofAnswer[];

export type ProofAnswer =
  | { readonly kind: "findings"; readonly findings: readonly string[] }
  /** `code` is that of the system, when a file could not be opened. */
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly stack: string;
      readonly code: string | undefined;
    };
