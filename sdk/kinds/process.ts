// Kind "process": turns an order into a result, in containers on site or in a cloud.
import type { SettingsSchema, Static } from "../settings.ts";
import type { OutboundStep, ProcessStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, StepWork } from "./declaration.ts";

interface ProcessDeclaration<S extends SettingsSchema, N extends Needs> extends Declaration<S, N> {
  readonly kind: "process";
  readonly onInterrupted: OnInterrupted;
  /** Names of the products it can run, asked once at the start: a study or an upload may name one of them. */
  products?(settings: Static<S>): Promise<readonly string[]>;
}

/** Works inside the house, on the study as it was received. */
export interface InsideProcessPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends ProcessDeclaration<S, N> {
  readonly takes: "received";
  process: StepWork<ProcessStep, S, N>;
}

/**
 * Sends studies out of the house, and so gets the de-identified copy only. The hub refuses a route without
 * `deidentify` before it, and services that would show what was received.
 */
export interface OutboundProcessPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends ProcessDeclaration<S, N> {
  readonly takes: "deidentified";
  process: StepWork<OutboundStep, S, N>;
}

export type ProcessPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs> =
  | InsideProcessPlugin<S, N>
  | OutboundProcessPlugin<S, N>;

/** `takes` decides what its steps hold: the study as received, or the copy that may leave the house. */
export function defineProcess<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<InsideProcessPlugin<S, N>, "kind">,
): InsideProcessPlugin<S, N>;
export function defineProcess<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<OutboundProcessPlugin<S, N>, "kind">,
): OutboundProcessPlugin<S, N>;
export function defineProcess(plugin: object): object {
  return { ...plugin, kind: "process" };
}
