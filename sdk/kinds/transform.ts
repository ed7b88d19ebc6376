// Kind "transform": makes the copy of a study that may leave the house, whole or not at all.
import type { Phi } from "../phi.ts";
import type { SettingsSchema } from "../settings.ts";
import type { ReceivedStudy, StoredInstance, TransformStep } from "../step.ts";
import type { Declaration, Needs, Scope, StepWork } from "./declaration.ts";

/** What becomes of one element, for a person who wants to see it before it happens. */
export interface ElementPreview {
  /** Tags from the data set down, items from 0: `(0008,1140)[0].(0008,1155)`; of a NIfTI study the name of a field. */
  readonly path: string;
  /** Empty for a private element, and for what is none. */
  readonly keyword: string;
  readonly vr: string;
  /** What the rule does, in one word: `keep`, `remove`, `empty`, `dummy`, `map`, `shift`, `clean`, `pseudonym`, `add`, `hold`. */
  readonly action: string;
  /** The rule that decides: a feature id, or the place in the standard. */
  readonly rule: string;
  /** Whether the copy has another value, or none, or is the first to have one. */
  readonly changed: boolean;
  /** Value as text, cut where it is long; undefined where there is none. */
  readonly before: Phi<string> | undefined;
  readonly after: Phi<string> | undefined;
}

/** An instance whose de-identification is to be shown; nothing of it is kept. */
export interface PreviewSource {
  readonly study: ReceivedStudy;
  readonly instance: StoredInstance;
}

export interface TransformPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "transform";
  transform: StepWork<TransformStep, S, N>;
  /** Every element of one instance before and after, in the order of the data set. */
  preview?(
    source: PreviewSource,
    scope: Scope<S, N>,
    signal: AbortSignal,
  ): Promise<readonly ElementPreview[]>;
}

export function defineTransform<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<TransformPlugin<S, N>, "kind">,
): TransformPlugin<S, N> {
  return { ...plugin, kind: "transform" };
}
