// Kind "process": turns an order into a result, in containers on site or in a cloud.
import type { Heartbeat } from "../cloud/heartbeat.ts";
import type { SettingsSchema, Static } from "../settings.ts";
import type { Memo, OutboundFacts, OutboundStep, ProcessStep } from "../step.ts";
import type { Declaration, Needs, OnInterrupted, ProbeReport, Scope, StepWork } from "./declaration.ts";

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

/** An order that was cancelled or given up here after its step had remembered something. */
export interface WithdrawnOrder {
  /** Of the step; the idempotency key of everything it did outside. */
  readonly id: string;
  readonly product: string;
  /** As the step wrote it last. */
  readonly memo: Memo;
}

export type OutboundFactName = keyof OutboundFacts;

/** What a site lets the other side know about this hub; the hub makes the words, and shows them. */
export interface HeartbeatPlan {
  readonly everyMinutes: number;
  readonly machine: boolean;
  readonly orders: boolean;
  readonly health: boolean;
}

export interface Heartbeats<S extends SettingsSchema, N extends Needs> {
  /** @returns undefined when nothing is to be sent */
  plan(settings: Static<S>): HeartbeatPlan | undefined;
  /** Sends it as it is. @throws Transient, Permanent */
  send(heartbeat: Heartbeat, scope: Scope<S, N>, signal: AbortSignal): Promise<void>;
}

/** An order of the same organisation that another agent placed, and that is through. */
export interface ExternalOrder {
  /** As the other side calls it. */
  readonly id: string;
  readonly kind: "diagnostic" | "failure";
  readonly product: string;
  /** Report types that can be opened: `pdf`, `json`. */
  readonly reportTypes: readonly string[];
  /** Name of the batch it is reported on with. */
  readonly batch: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ExternalOrders<S extends SettingsSchema, N extends Needs> {
  isOn(settings: Static<S>): boolean;
  /**
   * Orders that changed at `since` or later, oldest change first; those of this hub among them, since only it can tell.
   * `gone` are ids of orders that can no longer be opened.
   * @throws Transient, Permanent
   */
  list(
    since: Date | undefined,
    scope: Scope<S, N>,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly orders: readonly ExternalOrder[]; readonly gone: readonly string[] }>;
  /** Fetches a report into a file. @throws Transient, Permanent */
  fetch(
    order: Pick<ExternalOrder, "id" | "kind" | "product">,
    reportType: string,
    path: string,
    scope: Scope<S, N>,
    signal: AbortSignal,
  ): Promise<{ readonly mediaType: string }>;
}

/** A local account whose password is that of the plugin's account on the other side. */
export interface FollowingAccount<S extends SettingsSchema, N extends Needs> {
  /** @returns undefined when there is none */
  account(settings: Static<S>): string | undefined;
  /**
   * Tries a password that somebody typed for that account, and keeps it as the plugin's own when the other side takes it.
   * @throws Transient when the other side cannot be asked
   */
  follow(password: string, scope: Scope<S, N>, signal: AbortSignal): Promise<boolean>;
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
  /**
   * Tells the other side that an order is off: it was cancelled here, given up, or superseded by a new revision, maybe
   * while nobody had its step in hand. The hub calls it until it succeeds, for a week at most; what is over on the other
   * side anyway is a success. It may come once more for the same order.
   * @throws Transient to be called again, Permanent when that would not help
   */
  withdraw?(order: WithdrawnOrder, scope: Scope<S, N>, signal: AbortSignal): Promise<void>;
  /** Tries the other side without ordering anything. */
  probe?(scope: Scope<S, N>, signal: AbortSignal): Promise<ProbeReport>;
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
  readonly heartbeats?: Heartbeats<S, N>;
  readonly externalOrders?: ExternalOrders<S, N>;
  readonly followingAccount?: FollowingAccount<S, N>;
  /** What its steps may say of the patient beside the copy, by its settings; nothing unless named here. */
  tells?(settings: Static<S>): readonly OutboundFactName[];
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
