// What goes to the thread that de-identifies a study, and what comes back; all of it can be cloned.
import type { KeyObject } from "node:crypto";
import type { Outcome, SigningKey, StoredInstance, StudyFormat, StudyIdentity } from "@thalamus/sdk";
import type { DeidKeys } from "../elements/deid-keys.ts";
import type { DeidSettings } from "../settings.ts";

export interface StudyOrder {
  readonly stepId: string;
  readonly attempt: number;
  readonly study: {
    readonly id: string;
    readonly revision: number;
    readonly format: StudyFormat;
    readonly supplied: readonly (keyof StudyIdentity)[];
    /** Out of its box: it stays in this process. */
    readonly identity: StudyIdentity;
    readonly instances: readonly StoredInstance[];
  };
  readonly released: readonly string[];
  readonly previousManifest: string | undefined;
  readonly workspace: string;
  readonly settings: DeidSettings;
  readonly keys: DeidKeys;
  readonly signing: Omit<SigningKey, "privateKey"> & { readonly privateKey: KeyObject };
}

export type ToThread = { readonly kind: "work"; readonly order: StudyOrder } | { readonly kind: "abort" };

/** What a plugin throws on purpose keeps its kind; a bug brings its stack, for the log only. */
export type ThreadFailure =
  | { readonly kind: "transient" | "permanent"; readonly code: string; readonly message: string }
  | { readonly kind: "aborted" }
  | { readonly kind: "bug"; readonly name: string; readonly stack: string };

export type FromThread =
  | { readonly kind: "progress"; readonly value: number; readonly stage: string }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "failed"; readonly failure: ThreadFailure };
