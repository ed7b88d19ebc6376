// Kind "transform": makes the copy of a study that may leave the house, whole or not at all.
import type { SettingsSchema } from "../settings.ts";
import type { TransformStep } from "../step.ts";
import type { Declaration, Needs, StepWork } from "./declaration.ts";

export interface TransformPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "transform";
  transform: StepWork<TransformStep, S, N>;
}

export function defineTransform<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<TransformPlugin<S, N>, "kind">,
): TransformPlugin<S, N> {
  return { ...plugin, kind: "transform" };
}
