// The statements that find the images of a study; ids of rows stand for them, because UIDs identify patients.
import type { EntityManager } from "@mikro-orm/postgresql";

export interface ImageRow {
  readonly id: string;
  /** Relative to the tree of received files. */
  readonly path: string;
}

/** What a `bigint` holds, and not more digits. */
export const IMAGE_ID = "^[1-9][0-9]{0,17}$";

export async function findImage(
  em: EntityManager,
  studyId: string,
  id: string,
): Promise<ImageRow | undefined> {
  const [row] = await em.execute<ImageRow[]>(
    "select id::text, path from instance where study_id = ? and id = ?",
    [studyId, id],
  );
  return row;
}

/** In the order in which they came; of an image that came with several contents, the last one. */
export function imagesOfSeries(em: EntityManager, studyId: string, series: string): Promise<ImageRow[]> {
  return em.execute<ImageRow[]>(
    `select id::text, path from (
       select distinct on (sop_instance_uid) id, path from instance
        where study_id = ? and series_instance_uid =
              (select series_instance_uid from instance where study_id = ? and id = ?)
        order by sop_instance_uid, id desc) latest
      order by latest.id`,
    [studyId, studyId, series],
  );
}
