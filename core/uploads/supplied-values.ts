// Writes what was given with an upload to its studies: it counts more than what the images say.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { joinByUpload, productsOfGroup } from "../groups/membership.ts";
import { journal } from "../observe/journal.ts";
import { type Route, setStatus } from "../steps/route.ts";
import type { SuppliedValues } from "./survey-verdict.ts";

export interface Supplied extends SuppliedValues {
  /** What it came with, for the journal: `{ upload: id }`. */
  readonly source: Readonly<Record<string, string>>;
  readonly actor: string;
  /** Chosen in the form; none leaves what the sender or the route chose. */
  readonly products: readonly string[];
  /** The group it joins; its products count. */
  readonly groupId?: string | null | undefined;
}

/**
 * Does nothing a second time. The received files stay as they came; later steps read the columns of the study. A
 * study that was complete already, and is told something new, is run once more as a new revision: whoever sends
 * images again with the age that was missing wants just that.
 */
export function supplyValues(
  orm: MikroORM,
  route: Route,
  studyId: string,
  supplied: Supplied,
): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    const study = await em.findOne(Study, studyId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (study) await supplyStudy(em, route, study, supplied);
  });
}

/** The same in the caller's transaction; the caller holds the lock. */
export async function supplyStudy(
  em: EntityManager,
  route: Route,
  study: StudyRow,
  supplied: Supplied,
): Promise<void> {
  const { groupId, actor } = supplied;
  const ofGroup = groupId ? await productsOfGroup(em, groupId) : undefined;
  await supply(em, route, study, { ...supplied, products: ofGroup ?? supplied.products });
  if (groupId) await joinByUpload(em, study, groupId, actor);
}

async function supply(em: EntityManager, route: Route, study: StudyRow, supplied: Supplied): Promise<void> {
  const fields = changedFields(study, supplied);
  const newProducts = supplied.products.length > 0 && supplied.products.join() !== study.products?.join();
  if (fields.length === 0 && !newProducts) return;
  Object.assign(study, supplied.values);
  study.valuesFrom = { ...study.valuesFrom, ...supplied.from };
  const detail = supplied.source;
  const who = { studyId: study.id, actor: supplied.actor };
  if (newProducts) {
    study.products = [...supplied.products];
    await journal(em, {
      event: "study.products-chosen",
      ...who,
      detail: { ...detail, products: supplied.products },
    });
  }
  if (fields.length > 0) {
    const from = Object.fromEntries(
      fields.map((field) => [field, supplied.from[field as keyof typeof supplied.from]]),
    );
    await journal(em, { event: "study.values-supplied", ...who, detail: { ...detail, from } });
  }
  if (study.status === "receiving" && study.stableAt === null) await em.flush();
  else await reviseStudy(em, route, study);
}

function changedFields(study: StudyRow, { values, from }: SuppliedValues) {
  const names = Object.keys(values) as (keyof typeof values)[];
  return names.filter((name) => study[name] !== values[name] || study.valuesFrom[name] !== from[name]);
}

async function reviseStudy(em: EntityManager, route: Route, study: StudyRow): Promise<void> {
  await route.supersede(em, study);
  study.revision += 1;
  study.stableAt = null;
  study.quietSince = new Date();
  await setStatus(em, study, "receiving");
  await journal(em, {
    event: "study.revised",
    studyId: study.id,
    detail: { revision: study.revision, reason: "values" },
  });
}
