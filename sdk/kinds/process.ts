// Kind "process": turns an order into a result, in containers on site or in a cloud.
import type { SettingsSchema, Static } from "../settings.ts";
import type { ProcessStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, StepWork } from "./declaration.ts";

export interface ProcessPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "process";
  readonly onInterrupted: OnInterrupted;
  /** Names of the products it can run, asked once at the start: a study or an upload may name one of them. */
  products?(settings: Static<S>): Promise<readonly string[]>;
  process: StepWork<ProcessStep, S, N>;
}

export function defineProcess<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<ProcessPlugin<S, N>, "kind">,
): ProcessPlugin<S, N> {
  return { ...plugin, kind: "process" };
}
