// Kind "process": turns an order into a result, in containers on site or in a cloud.
import type { SettingsSchema, Static } from "../settings.ts";
import type { OutboundStep, ProcessStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, Scope, StepWork } from "./declaration.ts";

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
  /** Its image can be changed here. */
  readonly changeable?: boolean;
  /** Earlier images that a rollback can bring back, the latest first. */
  readonly earlier?: readonly string[];
  /** Why it cannot be ordered here, as a whole sentence. */
  readonly problem?: string;
}

/** Another image for a product. */
export interface ImageOrder {
  readonly product: string;
  /** By digest: `registry.example.org/name@sha256:…`. */
  readonly image: string;
  /** What to call the version of an image that cannot say it itself. */
  readonly version?: string;
  /** Told what is being done. @param value 0 to 1 */
  readonly progress: (value: number, stage: string) => void;
}

export interface ProductForm {
  readonly version: string;
  readonly image: string | undefined;
}

export interface ImageChange {
  readonly from: ProductForm;
  readonly to: ProductForm;
  /** Images that no rollback needs any more, and that were removed. */
  readonly removed: readonly string[];
}

/** Orders that run meanwhile go on with the image they began with. What fails has changed nothing. */
export interface ProductImages<Scope> {
  /** @throws Transient, Permanent with the reason */
  update(order: ImageOrder, scope: Scope, signal: AbortSignal): Promise<ImageChange>;
  /** Brings the image before back. @throws Permanent when there is none */
  rollBack(product: string, scope: Scope): Promise<ImageChange>;
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
  /** Of products that run in images: changes the image, or leaves everything as it was. */
  readonly images?: ProductImages<Scope<S, N>>;
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
