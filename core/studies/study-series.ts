// The series of a study as far as they are told without a value of the patient: no UID, no description.
import type { EntityManager } from "@mikro-orm/postgresql";

export interface SeriesSight {
  modality: string;
  images: number;
  bytes: number;
  transferSyntaxes: string[];
}

/** In the order in which they came. An image that came again with other content counts once. */
export function seriesOf(em: EntityManager, studyId: string): Promise<SeriesSight[]> {
  return em.execute<SeriesSight[]>(
    `select min(modality) as modality, count(distinct sop_instance_uid)::int as images, sum(bytes)::float8 as bytes,
            array_agg(distinct transfer_syntax_uid) as "transferSyntaxes"
       from instance where study_id = ? group by series_instance_uid order by min(id)`,
    [studyId],
  );
}
