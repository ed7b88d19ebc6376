// Reads the audit trail: who did what, when, to which study, from where, and how it ended; newest first.
import type { EntityManager } from "@mikro-orm/postgresql";
import {
  AUDIT_KINDS,
  type AuditKind,
  type AuditOutcome,
  OUTCOME_CONDITIONS,
  outcomeOf,
} from "./audit-kinds.ts";

export interface AuditFilter {
  /** An account, `key:<name>` or `cloud:<member>`. */
  readonly actor?: string;
  /** People and their programs, or the hub itself. */
  readonly by?: "people" | "hub";
  readonly kind?: AuditKind;
  /** As a whole, or its beginning up to a dot. */
  readonly event?: string;
  readonly outcome?: AuditOutcome;
  readonly studyId?: string;
  readonly address?: string;
  readonly from?: Date;
  readonly until?: Date;
}

export interface AuditLine {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly event: string;
  readonly outcome: AuditOutcome;
  readonly studyId: string | null;
  readonly stepId: string | null;
  readonly address: string | null;
  /** What the browser calls itself. */
  readonly device: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Row {
  readonly id: string;
  readonly at: Date | string;
  readonly actor: string;
  readonly event: string;
  readonly study_id: string | null;
  readonly step_id: string | null;
  readonly address: string | null;
  readonly detail: Record<string, unknown>;
}

/** @param before id of the last line of the page before */
export async function findAudit(
  em: EntityManager,
  filter: AuditFilter,
  limit: number,
  before?: string,
): Promise<AuditLine[]> {
  const { words, values } = conditionsOf(filter, before);
  const where = words.length === 0 ? "" : `where ${words.join(" and ")}`;
  const rows = await em.execute<Row[]>(
    `select id, at, actor, event, study_id, step_id, address, detail from journal ${where} order by id desc limit ?`,
    [...values, limit],
  );
  return rows.map(lineOf);
}

/** Every line that fits, a page of rows at a time. */
export async function* allAudit(em: EntityManager, filter: AuditFilter): AsyncGenerator<AuditLine[]> {
  for (let before: string | undefined; ; ) {
    const lines = await findAudit(em.fork(), filter, 500, before);
    if (lines.length > 0) yield lines;
    const last = lines.at(-1);
    if (!last) return;
    before = last.id;
  }
}

function conditionsOf(filter: AuditFilter, before?: string): { words: string[]; values: unknown[] } {
  const words: string[] = [];
  const values: unknown[] = [];
  const add = (condition: string, ...more: readonly unknown[]) => {
    words.push(condition);
    values.push(...more);
  };
  const { actor, by, kind, event, outcome, studyId, address, from, until } = filter;
  if (actor !== undefined) add("actor = ?", actor);
  if (by !== undefined) add(by === "people" ? "actor <> 'hub'" : "actor = 'hub'");
  if (kind !== undefined) {
    const patterns = AUDIT_KINDS[kind].map(beginningOf);
    add(`(${patterns.map(() => "event like ?").join(" or ")})`, ...patterns);
  }
  if (event !== undefined) add("event like ?", beginningOf(event));
  if (outcome !== undefined) add(OUTCOME_CONDITIONS[outcome]);
  if (studyId !== undefined) add("study_id = ?", studyId);
  if (address !== undefined) add("coalesce(address, detail->>'address') = ?", address);
  if (from !== undefined) add("at >= ?", from);
  if (until !== undefined) add("at < ?", until);
  if (before !== undefined) add("id < ?", before);
  return { words, values };
}

/** `session.` stands for all that begin with it. */
const beginningOf = (event: string): string => {
  const plain = event.replaceAll(/[\\%_]/g, "\\$&");
  return event.endsWith(".") ? `${plain}%` : plain;
};

function lineOf({ id, at, actor, event, study_id, step_id, address, detail: whole }: Row): AuditLine {
  const { address: own, device, ...detail } = whole;
  return {
    id: String(id),
    at: new Date(at).toISOString(),
    ...{ actor, event, outcome: outcomeOf(event, whole) },
    ...{ studyId: study_id, stepId: step_id },
    address: address ?? (typeof own === "string" ? own : null),
    device: typeof device === "string" ? device : null,
    detail,
  };
}
