// Kind "intake": listens to the outside and hands instances to the hub.
import type { SettingsSchema } from "../settings.ts";
import type { Declaration, Needs, Scope } from "./declaration.ts";

/** How a listener is, beyond that it listens: its certificate, if it has one. */
export interface ListenerHealth {
  readonly ok: boolean;
  /** One sentence for people. */
  readonly message: string;
  /** When the certificate in use expires, as ISO 8601. */
  readonly expiresAt?: string;
}

/** A running listener. */
export interface Listener {
  /** Where it really listens, for people and for `--json`: `{ host, port }`. */
  readonly address: { readonly host: string; readonly port: number; readonly aeTitle?: string };
  /** Takes no new work, lets work in hand finish for a moment, then ends it. */
  stop(): Promise<void>;
  /**
   * Makes room for a successor with other settings: gives up the address at once, takes nothing new, and lets what is
   * open go on to its end. Without it the hub calls `stop`, which interrupts senders. `stop` may still come.
   */
  retire?(): { readonly closed: Promise<void>; readonly ended: Promise<void> };
  /** Absent when there is nothing to tell. */
  health?(): ListenerHealth;
  /** How many senders are connected now; absent where nobody counts. */
  associations?(): number;
  /** When somebody last tried the line without sending anything, as C-ECHO does; ISO 8601. Absent before that. */
  lastEchoAt?(): string | undefined;
  /** The certificate in use and its chain in PEM, for senders that must trust it; absent without TLS. */
  certificate?(): string;
}

export interface IntakePlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "intake";
  start(scope: Scope<S, N>): Promise<Listener>;
}

export function defineIntake<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<IntakePlugin<S, N>, "kind">,
): IntakePlugin<S, N> {
  return { ...plugin, kind: "intake" };
}
