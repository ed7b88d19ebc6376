// Kind "check": looks at a stable study and passes it or holds it for a person.
import type { SettingsSchema } from "../settings.ts";
import type { CheckStep } from "../step.ts";
import type { Declaration, Needs, StepWork } from "./declaration.ts";

export interface CheckPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "check";
  check: StepWork<CheckStep, S, N>;
}

export function defineCheck<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<CheckPlugin<S, N>, "kind">,
): CheckPlugin<S, N> {
  return { ...plugin, kind: "check" };
}
