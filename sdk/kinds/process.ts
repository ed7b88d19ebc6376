// Kind "process": turns an order into a result, in containers on site or in a cloud.
import type { SettingsSchema, Static } from "../settings.ts";
import type { OutboundStep, ProcessStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, StepWork } from "./declaration.ts";

/** A product as it is listed. */
export interface ProductSight {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly summary?: string;
  /** In the words of who made it: `research-only`. */
  readonly intendedUse?: string;
  readonly license?: string;
  /** Image that it runs in, by digest. */
  readonly image?: string;
  /** Earlier images that a rollback can bring back, the latest first. */
  readonly earlier?: readonly string[];
  /** Why it cannot be ordered here, as a whole sentence. */
  readonly problem?: string;
}

interface ProcessDeclaration<S extends SettingsSchema, N extends Needs> extends Declaration<S, N> {
  readonly kind: "process";
  readonly onInterrupted: OnInterrupted;
  /** How many steps it works on at once; a hub claims no more, so that what waits is seen to wait. 4 when left out. */
  width?(settings: Static<S>): number;
  /**
   * The products that can be ordered, asked at the start and whenever somebody lists them: a study or an upload may name
   * one that was there at the start.
   */
  products?(settings: Static<S>): Promise<readonly (string | ProductSight)[]>;
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
