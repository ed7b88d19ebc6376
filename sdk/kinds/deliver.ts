// Kind "deliver": brings a result to one destination.
import type { SettingsSchema } from "../settings.ts";
import type { DeliverStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, ProbeReport, Scope, StepWork } from "./declaration.ts";

export interface DeliveryPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "deliver";
  readonly onInterrupted: OnInterrupted;
  deliver: StepWork<DeliverStep, S, N>;
  /** Tries the destination without delivering anything. */
  probe(scope: Scope<S, N>, signal: AbortSignal): Promise<ProbeReport>;
}

export function defineDelivery<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<DeliveryPlugin<S, N>, "kind">,
): DeliveryPlugin<S, N> {
  return { ...plugin, kind: "deliver" };
}
