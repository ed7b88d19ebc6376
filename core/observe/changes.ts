// The live view: what just changed, across all hubs. Lossy on purpose; it can never trigger work.
import type { EntityManager } from "@mikro-orm/postgresql";
import { filter, map, type Observable } from "rxjs";
import type { HubPresence } from "../database/hub-presence.ts";

/** Channel of NOTIFY for screens. */
export const CHANGE_CHANNEL = "thalamus_change";
/** Channel of NOTIFY that wakes the runners of a target. */
export const WAKE_CHANNEL = "thalamus_wake";

/** What can change; `organisation` stands for its members, keys and products too. */
export type ChangedResource =
  | ("study" | "step" | "result" | "upload" | "lane" | "chore" | "group" | "hub")
  | ("organisation" | "agent");

/** A change as screens get it; ids, states and numbers, never PHI. */
export interface Change {
  readonly resource: ChangedResource;
  readonly id: string;
  readonly kind: "created" | "updated" | "deleted";
  readonly studyId?: string;
  readonly patch?: Readonly<Record<string, string | number | null>>;
}

/** Tells every hub's screens when the transaction commits, and nobody when it rolls back. */
export function announce(em: EntityManager, change: Change): Promise<void> {
  return announceAll(em, [change]);
}

/** Several changes in one statement, in their order. */
export async function announceAll(em: EntityManager, changes: readonly Change[]): Promise<void> {
  await em.execute("select pg_notify(?, change) from jsonb_array_elements_text(?::jsonb) as change", [
    CHANGE_CHANNEL,
    JSON.stringify(changes.map((change) => JSON.stringify(change))),
  ]);
}

/** Changes of all hubs on this database. */
export function changesOf(presence: HubPresence): Observable<Change> {
  return presence.notifications$.pipe(
    filter(({ channel }) => channel === CHANGE_CHANNEL),
    map(({ payload }) => JSON.parse(payload) as Change),
  );
}
