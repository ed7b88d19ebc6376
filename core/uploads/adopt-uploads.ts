// Gives the uploads that a dead hub was taking in to a hub that lives.
import type { EntityManager } from "@mikro-orm/postgresql";

/**
 * Their associations, which have the ids of the uploads, go along instead of ending: no study of theirs can become
 * stable before the upload was read to its end.
 */
export async function adoptUploads(em: EntityManager, deadHub: string, heir: string): Promise<void> {
  await em.execute("update upload set hub_id = ? where hub_id = ? and state = 'unpacking'", [heir, deadHub]);
  await em.execute(
    `update open_association set hub_id = ?
      where hub_id = ? and association_id in (select id from upload where state = 'unpacking' and hub_id = ?)`,
    [heir, deadHub, heir],
  );
}
