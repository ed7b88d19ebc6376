// Kind "web": answers HTTP under a path of its own on the hub's server.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SettingsSchema } from "../settings.ts";
import type { Declaration, Needs, Scope } from "./declaration.ts";

/** One request under the plugin's path. Nobody has touched its body: it may be streamed, and it needs a limit. */
export interface WebCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What follows the plugin's path, still percent-encoded: `/studies/1.2.3`; `/` for the path itself. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A service that runs. */
export interface WebService {
  /**
   * Where it is on the hub's server: `/dicom-web`. Lower-case segments of letters, digits and hyphens; the first
   * one must be neither the hub's own nor another plugin's, or the hub refuses the plugin.
   */
  readonly path: string;
  /**
   * Whether pages of this web site (`https://viewer.example.org`) may ask for changes here. Only for a service that
   * lets nobody in by what a browser sends of itself: no cookies, no client certificates. Left out, none may.
   */
  readonly allowsOrigin?: (origin: string) => boolean;
  /**
   * Answers one request: resolves when the response is ended or its connection destroyed. Who may ask is decided
   * here; the hub only refuses changes that a page of another web site asks a browser for, unless `allowsOrigin`
   * says otherwise. What it throws counts as
   * a bug: the client gets 500 with an error id, and a response that has begun is cut off.
   */
  handle(call: WebCall): Promise<void>;
  /** Refuses new requests with 503, lets those in hand finish for a moment, then ends them. May be asked for twice. */
  stop(): Promise<void>;
}

export interface WebPlugin<S extends SettingsSchema = SettingsSchema, N extends Needs = Needs>
  extends Declaration<S, N> {
  readonly kind: "web";
  /** Runs before the hub's server listens. */
  start(scope: Scope<S, N>): Promise<WebService>;
}

export function defineWeb<S extends SettingsSchema, const N extends Needs>(
  plugin: Omit<WebPlugin<S, N>, "kind">,
): WebPlugin<S, N> {
  return { ...plugin, kind: "web" };
}
