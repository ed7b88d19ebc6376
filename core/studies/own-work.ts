// Whose work is done on a study: who uploaded it has begun all of it, who ordered a product for it has begun that.
import type { EntityManager } from "@mikro-orm/postgresql";

/** `all`: the account uploaded the study; `orders`: somebody else sent it, and the account ordered for it. */
export const OWN_WORK = ["all", "orders"] as const;
export type OwnWork = (typeof OWN_WORK)[number];

/** A study that others sent images for, too, over DICOM or by an upload of theirs, is not one account's. */
const UPLOADED = `
  select s.id from study s
   where s.id in (?) and s.calling_ae = 'UPLOAD' and s.owner = ''
     and exists (select 1 from upload u where u.study_ids @> array[s.id::text] and u.account_id = ?)
     and not exists (select 1 from upload u where u.study_ids @> array[s.id::text] and u.account_id <> ?)
     and not exists (select 1 from instance i where i.study_id = s.id and i.calling_ae <> 'UPLOAD')`;
const ORDERED = "select distinct study_id as id from product_order where study_id in (?) and ordered_by = ?";

/** @returns by the id of the study; nothing for those where all work is somebody else's */
export async function ownWorkOf(
  em: EntityManager,
  studyIds: readonly string[],
  accountId: string,
): Promise<ReadonlyMap<string, OwnWork>> {
  if (studyIds.length === 0) return new Map();
  // one after the other: in a transaction they share a connection
  const ordered = await em.execute<{ id: string }[]>(ORDERED, [studyIds, accountId]);
  const uploaded = await em.execute<{ id: string }[]>(UPLOADED, [studyIds, accountId, accountId]);
  const own = new Map<string, OwnWork>(ordered.map(({ id }) => [id, "orders"]));
  for (const { id } of uploaded) own.set(id, "all");
  return own;
}
