// The series of a study as far as they are told without a value of the patient: no UID, no description.
import type { EntityManager } from "@mikro-orm/postgresql";
import { hasPicture } from "../images/picture-classes.ts";

export interface SeriesSight {
  /** Id of its first instance. */
  id: string;
  modality: string;
  images: number;
  /** Whether there are pictures in it to be looked at. */
  pictures: boolean;
  bytes: number;
  transferSyntaxes: string[];
}

type SeriesRow = Omit<SeriesSight, "pictures"> & { readonly classes: string[] };

/** In the order in which they came. An image that came again with other content counts once. */
export async function seriesOf(em: EntityManager, studyId: string): Promise<SeriesSight[]> {
  const rows = await em.execute<SeriesRow[]>(
    `select min(id)::text as id, min(modality) as modality, count(distinct sop_instance_uid)::int as images,
            sum(bytes)::float8 as bytes, array_agg(distinct transfer_syntax_uid) as "transferSyntaxes",
            array_agg(distinct sop_class_uid) as classes
       from instance where study_id = ? group by series_instance_uid order by min(id)`,
    [studyId],
  );
  return rows.map(({ classes, ...row }) => ({ ...row, pictures: classes.some(hasPicture) }));
}
