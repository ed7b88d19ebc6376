// Kind "watch": tells somebody what happened. Every event it wants is a row, so none is missed.
import type { Notice, NoticeEvent } from "../notices.ts";
import type { SettingsSchema, Static } from "../settings.ts";
import type { Declaration, Needs, ProbeReport, Scope } from "./declaration.ts";

/** A part of the day, `HH:MM` in the hub's time zone; it may go over midnight. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
  /** What happened in them is told together when they end, or never; then the record says why. */
  readonly afterwards: "together" | "never";
}

/** What an entry wants to be told, and when. */
export interface Watching {
  readonly events: readonly NoticeEvent[];
  /** Events wait this long for others and are told together; 0: each at once. */
  readonly digestMinutes: number;
  readonly quietHours?: QuietHours;
}

export interface WatchPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "watch";
  watching(settings: Static<S>): Watching;
  /**
   * Tells of one event, or of several together. They may come again when the hub died meanwhile.
   * @param id the same for a repeat
   * @returns what the other side answered
   * @throws Transient, Permanent
   */
  tell(
    notices: readonly Notice[],
    id: string,
    scope: Scope<S, N>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** Tries the destination without telling anything. */
  probe(scope: Scope<S, N>, signal: AbortSignal): Promise<ProbeReport>;
}

export function defineWatch<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<WatchPlugin<S, N>, "kind">,
): WatchPlugin<S, N> {
  return { ...plugin, kind: "watch" };
}
