// Kind "deliver": brings a result to one destination.
import type { Outcome } from "../outcome.ts";
import type { OutgoingDocument } from "../outgoing-document.ts";
import type { SettingsSchema } from "../settings.ts";
import type { DeliverStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, ProbeReport, Scope, StepWork } from "./declaration.ts";

export interface DeliveryPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "deliver";
  readonly onInterrupted: OnInterrupted;
  deliver: StepWork<DeliverStep, S, N>;
  /**
   * Brings a document that belongs to no study, for example the report of a group. A plugin without it gets none. What
   * it throws means what it means in a step; `document.acting()` is called before the first byte leaves.
   * @throws Transient, Permanent
   */
  deliverDocument?(document: OutgoingDocument, scope: Scope<S, N>, signal: AbortSignal): Promise<Outcome>;
  /** Tries the destination without delivering anything. */
  probe(scope: Scope<S, N>, signal: AbortSignal): Promise<ProbeReport>;
}

export function defineDelivery<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<DeliveryPlugin<S, N>, "kind">,
): DeliveryPlugin<S, N> {
  return { ...plugin, kind: "deliver" };
}
