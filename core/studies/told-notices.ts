// Notifications about a study as entries of its timeline: what was told to whom, and what was not.
import type { EntityManager } from "@mikro-orm/postgresql";
import { NOTICE_EVENTS } from "@thalamus/sdk";
import { Notice } from "../database/entities/notice.ts";

/** As the screens get an entry of the journal. */
export interface TimelineLine {
  readonly id: string;
  readonly at: string;
  readonly event: string;
  readonly actor: string;
  readonly stepId: string | null;
  readonly detail: Record<string, unknown>;
}

const MOST = 200;

/** @returns the lines with those of notifications among them, in the order of time */
export async function withNotices<T extends TimelineLine>(
  em: EntityManager,
  studyId: string,
  lines: readonly T[],
): Promise<TimelineLine[]> {
  const options = { orderBy: { settledAt: "asc" }, limit: MOST } as const;
  const notices = await em.find(Notice, { study: studyId, settledAt: { $ne: null } }, options);
  const told = notices.map(({ id, target, event, state, code, settledAt }) => ({
    id: `notice-${id}`,
    at: settledAt!.toISOString(),
    event: `notice.${state}`,
    ...{ actor: "hub", stepId: null },
    detail: { target, what: NOTICE_EVENTS[event] ?? event, ...(code ? { code } : {}) },
  }));
  // what was there at the same moment stays in its order
  return [...lines, ...told].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
