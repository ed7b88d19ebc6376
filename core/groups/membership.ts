// Lets studies join a group and leave it; the studies of a group are run through the same products.
import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Order } from "../database/entities/order.ts";
import { Study, type StudyRow } from "../database/entities/study.ts";
import { StudyGroup, type StudyGroupRow } from "../database/entities/study-group.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { GroupRefusal } from "./group-refusal.ts";

export interface Joining {
  readonly groupId: string;
  readonly studyIds: readonly string[];
  readonly actor: string;
}

/**
 * All of them or none; those that are in another group leave it.
 * @throws GroupRefusal `group.not-there`, `group.no-study`, `group.other-products`, `group.of-cloud`
 */
export async function joinStudies(em: EntityManager, { groupId, studyIds, actor }: Joining): Promise<void> {
  const studies = await lockedStudies(em, studyIds);
  const group = await heldGroup(em, groupId);
  if (!group) throw new GroupRefusal("group.not-there", "There is no such group, or no longer.");
  requireOfSite(studies, group);
  const others: string[] = [];
  for (const study of studies) if (!(await fits(em, study, group))) others.push(study.id);
  if (others.length > 0) {
    const message =
      `${others.length} of the studies were ordered with other products than those of the group. All studies of a ` +
      "group are run through the same products.";
    throw new GroupRefusal("group.other-products", message, others);
  }
  for (const study of studies) await join(em, study, group, actor, "asked-for");
}

/** Customers' studies and the site's own never stand in one report. */
function requireOfSite(studies: readonly StudyRow[], group: StudyGroupRow): void {
  const foreign = studies.filter(({ owner }) => owner !== "");
  if (group.owner === "" && foreign.length === 0) return;
  throw new GroupRefusal(
    "group.of-cloud",
    "Studies of cloud orders and batches of organisations are put together by those who ordered them.",
    foreign.map(({ id }) => id),
  );
}

/** @throws GroupRefusal `group.no-study` */
export async function leaveGroup(em: EntityManager, { groupId, studyIds, actor }: Joining): Promise<void> {
  for (const study of await lockedStudies(em, studyIds)) {
    if (study.group?.id !== groupId) continue;
    study.group = null;
    await em.flush();
    await journal(em, { event: "group.study-left", studyId: study.id, actor, detail: { group: groupId } });
    await tell(em, study, groupId);
  }
}

/** Undefined when the group is gone. It stays as it is until the transaction ends. */
export const productsOfGroup = async (em: EntityManager, groupId: string): Promise<string[] | undefined> =>
  (await heldGroup(em, groupId))?.products;

/** a study of an upload, whose lock the caller holds; it has the group's products already. */
export async function joinByUpload(
  em: EntityManager,
  study: StudyRow,
  groupId: string,
  actor: string,
): Promise<void> {
  const group = await heldGroup(em, groupId);
  if (group) await join(em, study, group, actor, "upload");
  else await journal(em, { event: "group.gone", studyId: study.id, actor, detail: { group: groupId } });
}

/** a study that has just appeared, whose lock the caller holds. */
export async function joinByItself(em: EntityManager, study: StudyRow): Promise<void> {
  const [chosen] = await em.execute<{ id: string }[]>(
    "select id from study_group where auto_assign for key share",
  );
  if (!chosen) return;
  const group = await em.findOneOrFail(StudyGroup, chosen.id);
  await join(em, study, group, "hub", "auto-assign");
}

async function join(
  em: EntityManager,
  study: StudyRow,
  group: StudyGroupRow,
  actor: string,
  reason: string,
): Promise<void> {
  if (study.group?.id === group.id) return;
  const left = study.group?.id;
  study.group = em.getReference(StudyGroup, group.id);
  const isNew = study.products?.join() !== group.products.join();
  if (isNew) study.products = [...group.products];
  await em.flush();
  const detail = { group: group.id, reason, ...(left === undefined ? {} : { left }) };
  await journal(em, { event: "group.study-joined", studyId: study.id, actor, detail });
  if (isNew) {
    const chosen = { group: group.id, products: group.products };
    await journal(em, { event: "study.products-chosen", studyId: study.id, actor, detail: chosen });
  }
  await tell(em, study, group.id);
}

/** What was ordered cannot be taken back; what was not ordered yet follows the group. */
async function fits(em: EntityManager, study: StudyRow, group: StudyGroupRow): Promise<boolean> {
  const orders = await em.find(Order, { study: study.id, revision: study.revision });
  const ordered = new Set(orders.map(({ product }) => product));
  if (ordered.size === 0) return true;
  return ordered.size === group.products.length && group.products.every((product) => ordered.has(product));
}

async function lockedStudies(em: EntityManager, ids: readonly string[]): Promise<StudyRow[]> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: "asc" } } as const;
  const studies = await em.find(Study, { id: { $in: [...new Set(ids)] } }, lock);
  const missing = ids.filter((id) => !studies.some((study) => study.id === id));
  if (missing.length === 0) return studies;
  throw new GroupRefusal("group.no-study", `${missing.length} of the studies are not there.`, missing);
}

/** Its products cannot be changed, nor can it be deleted, until the transaction ends. */
async function heldGroup(em: EntityManager, id: string): Promise<StudyGroupRow | undefined> {
  const [row] = await em.execute<unknown[]>("select 1 from study_group where id = ? for key share", [id]);
  return row ? await em.findOneOrFail(StudyGroup, id) : undefined;
}

async function tell(em: EntityManager, study: StudyRow, groupId: string): Promise<void> {
  await announce(em, { resource: "group", id: groupId, kind: "updated", studyId: study.id });
  const patch = { groupId: study.group?.id ?? null };
  await announce(em, { resource: "study", id: study.id, kind: "updated", studyId: study.id, patch });
}
