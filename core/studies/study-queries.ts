// Reads one study with its whole story for screens.
import { IsolationLevel } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { JournalEntry, type JournalRow } from "../database/entities/journal-entry.ts";
import { Order, type OrderRow } from "../database/entities/order.ts";
import { Step, type StepRow } from "../database/entities/step.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { quietSinceOf } from "../intake/quiet-since.ts";
import { type QueuePlace, queuePlaces } from "../steps/queue-places.ts";
import { listResults, type ResultSight } from "./result-list.ts";

export interface StudySight {
  readonly study: StudyRow;
  /** Ids of the studies that late instances of this one made. */
  readonly lateStudies: string[];
  readonly orders: OrderRow[];
  readonly steps: StepRow[];
  /** Of orders that wait for their turn, by the id of the step. */
  readonly places: ReadonlyMap<string, QueuePlace>;
  readonly results: ResultSight[];
  readonly timeline: JournalRow[];
  /** While it is received and nothing comes. */
  readonly quietSince: string | undefined;
}

const LONGEST_TIMELINE = 1000;

/**
 * One moment for all of it. A later query renews what an earlier one has loaded, so without this a study could be shown
 * as failed beside an order of its that was still processing a moment before.
 */
const ONE_MOMENT = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true } as const;

export function findStudy(em: EntityManager, id: string): Promise<StudySight | undefined> {
  return em.transactional((own) => readStudy(own, id), ONE_MOMENT);
}

async function readStudy(em: EntityManager, id: string): Promise<StudySight | undefined> {
  const study = await em.findOne(Study, id);
  if (!study) return undefined;
  const oldestFirst = { orderBy: { createdAt: "asc" } } as const;
  const orders = await em.find(Order, { study: id }, oldestFirst);
  const steps = await em.find(Step, { study: id }, oldestFirst);
  const page = { page: 1, perPage: 100, sort: "createdAt", order: "DESC" } as const;
  const { rows: results } = await listResults(em, page, { studyId: id });
  const options = { orderBy: { id: "asc" }, limit: LONGEST_TIMELINE } as const;
  const timeline = await em.find(JournalEntry, { studyId: id }, options);
  const late = await em.find(Study, { lateOf: id }, { orderBy: { part: "asc" } });
  const lateStudies = late.map((one) => one.id);
  const places = await queuePlaces(em, steps);
  const quietSince = (await quietSinceOf(em, [id])).get(id);
  return { study, lateStudies, orders, steps, places, results, timeline, quietSince };
}
