// Proves the copies of one study in their order, and says in words what is wrong with them.
import type { ProofOptions } from "./copy-checks.ts";
import { findingText } from "./finding.ts";
import type { ValueKind } from "./identifying-elements.ts";
import { type CopyOfFile, StudyProof } from "./verify.ts";

export interface ProverOptions extends ProofOptions {
  /** What is known of the patient beside the files. */
  readonly known: readonly { readonly kind: ValueKind; readonly value: string }[];
}

/** Here, or in a thread of its own: the first pass goes on with the next file meanwhile. */
export interface StudyProver {
  /** @returns what is wrong with a copy, in words without values; throws when a file cannot be opened */
  prove(copy: CopyOfFile): Promise<readonly string[]>;
  /** Looks once more at copies that were proven before all values of the study were known. */
  finish(): Promise<readonly string[]>;
}

export function openProver(options: ProverOptions): StudyProver {
  const proof = new StudyProof(options);
  for (const { kind, value } of options.known) if (value !== "") proof.lookFor(kind, value);
  return {
    prove: async (copy) => proof.verify(copy).map(findingText),
    finish: async () => proof.finish().flatMap(({ findings }) => findings.map(findingText)),
  };
}
