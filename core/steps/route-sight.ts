// What the route looks at: the steps, orders and results of studies, with no more of them than it needs.
import type { EntityManager } from "@mikro-orm/postgresql";
import { Order, type OrderRow } from "../database/entities/order.ts";
import type { ResultRow } from "../database/entities/result.ts";
import type { StepRow } from "../database/entities/step.ts";

/** Outcomes may be long, and there are several steps for each one that is settled: they are not read. */
export interface StepSight extends Pick<StepRow, "phase" | "target" | "state" | "createdAt"> {
  /** Somebody else is at work on it. */
  readonly waits?: boolean;
  /** A person let failed lines of the check pass. */
  readonly bypassed?: boolean;
  readonly order: { readonly id: string } | null | undefined;
  readonly result: { readonly id: string } | null | undefined;
}

export interface ResultSight extends Pick<ResultRow, "id" | "kind"> {
  readonly order: { readonly id: string };
}

export interface RouteSight {
  readonly steps: StepSight[];
  readonly orders: OrderRow[];
  /** Oldest first. */
  readonly results: readonly ResultSight[];
}

interface StepColumns extends Pick<StepRow, "phase" | "target" | "state"> {
  readonly study_id: string;
  readonly revision: number;
  readonly order_id: string | null;
  readonly result_id: string | null;
  readonly created_at: string;
  readonly waits: boolean;
  readonly bypassed: boolean;
}

interface ResultColumns extends Pick<ResultRow, "id" | "kind"> {
  readonly order_id: string;
}

/** @returns what belongs to a study at one revision; the caller has flushed its own changes */
export async function sightsOf(
  em: EntityManager,
  studyIds: readonly string[],
): Promise<(study: string, revision: number) => RouteSight> {
  const steps = await em.execute<StepColumns[]>(
    `select study_id, revision, phase, target, state, order_id, result_id, created_at,
            waiting_since is not null as waits,
            case when phase = 'check' then coalesce(outcome -> 'bypass' <> 'null', false) else false end as bypassed
       from step where study_id in (?) order by created_at`,
    [studyIds],
  );
  const orders = await em.find(Order, { study: { $in: [...studyIds] } });
  const results = await resultsOf(em, orders);
  return (study, revision) => {
    const own = orders.filter((order) => order.study.id === study && order.revision === revision);
    return {
      steps: steps.filter((row) => row.study_id === study && row.revision === revision).map(asStep),
      orders: own,
      results: results.filter(({ order }) => own.some(({ id }) => id === order.id)),
    };
  };
}

async function resultsOf(em: EntityManager, orders: readonly OrderRow[]): Promise<ResultSight[]> {
  if (orders.length === 0) return [];
  const rows = await em.execute<ResultColumns[]>(
    "select id, kind, order_id from result where order_id in (?) order by created_at",
    [orders.map(({ id }) => id)],
  );
  return rows.map(({ id, kind, order_id }) => ({ id, kind, order: { id: order_id } }));
}

const asStep = ({
  phase,
  target,
  state,
  waits,
  bypassed,
  order_id,
  result_id,
  created_at,
}: StepColumns): StepSight => ({
  ...{ phase, target, state, waits, bypassed },
  order: order_id === null ? null : { id: order_id },
  result: result_id === null ? null : { id: result_id },
  createdAt: new Date(created_at),
});
