// The ids by which lines of the log speak of a study: its own, and those of its orders, steps and results.
import type { EntityManager } from "@mikro-orm/postgresql";

export async function idsOfStudy(em: EntityManager, studyId: string): Promise<ReadonlySet<string>> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from step where study_id = ?
     union all select id from product_order where study_id = ?
     union all select result.id from result join product_order on product_order.id = result.order_id
                where product_order.study_id = ?`,
    [studyId, studyId, studyId],
  );
  return new Set([studyId.toLowerCase(), ...rows.map(({ id }) => id)]);
}
