// Writes who did what to which order into the journal: ids, counts and codes, never a name, a UID or an address.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller } from "@thalamus/sdk";
import type { CloudOrderRow } from "../database/entities/cloud-order.ts";
import { journal } from "../observe/journal.ts";

/** What of a caller is written down. */
export type CallerIds = Pick<CloudCaller, "organisationId" | "memberId" | "keyId">;

export const actorOf = ({ memberId }: Pick<CallerIds, "memberId">): string => `cloud:${memberId}`;

/** A caller did something; `detail` tells what more there is to tell. */
export function journalOf(
  em: EntityManager,
  event: `cloud-order.${string}` | `cloud-batch.${string}`,
  caller: CallerIds,
  detail: Readonly<Record<string, unknown>>,
  studyId?: string | null,
): Promise<unknown> {
  const { organisationId: organisation, keyId: key } = caller;
  return journal(em, {
    event,
    actor: actorOf(caller),
    ...(studyId ? { studyId } : {}),
    detail: { ...detail, organisation, key },
  });
}

/** The hub did something to an order by itself. */
export function journalByHub(
  em: EntityManager,
  event: `cloud-order.${string}`,
  order: Pick<CloudOrderRow, "id" | "studyId" | "organisationId">,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const { id, studyId, organisationId: organisation } = order;
  return journal(em, {
    event,
    ...(studyId ? { studyId } : {}),
    detail: { order: id, organisation, ...detail },
  });
}
