// The statements that find received studies, series and instances.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { ArchiveQuery, RetrievalTarget } from "@thalamus/sdk";
import type { InstanceSight, StudySight } from "./archive-rows.ts";
import { IS_IN_ARCHIVE, instanceConditions, studyConditions } from "./search-conditions.ts";

/** Rows of a page; each of them tells how many there are in all. */
export type Counted<T> = T & { readonly total: number };

export interface SeriesSight extends InstanceSight {
  readonly instances: number;
}

/** A study with parts (docs/decisions/0007) is one for those who search: its parts have one StudyInstanceUID. */
const COUNTS = `left join lateral (
    select count(distinct i.series_instance_uid)::int as series_found,
           count(distinct i.sop_instance_uid)::int as instances_found
      from instance i join study part on part.id = i.study_id
     where part.study_instance_uid = s.study_instance_uid and part.owner = s.owner) counts on true
  left join lateral (
    select array_agg(distinct modality) as all_modalities
      from study part, unnest(part.modalities) modality
     where part.study_instance_uid = s.study_instance_uid and part.owner = s.owner) kinds on true`;
const COUNTED = "s.*, counts.series_found, counts.instances_found, kinds.all_modalities";

const SAMPLE = `i.study_instance_uid, i.study_id, i.series_instance_uid, i.sop_instance_uid, i.sop_class_uid,
  i.transfer_syntax_uid, i.modality, i.bytes, i.sha256, i.path`;

/** Of an instance that came with several contents, the last one that came. */
const latest = (where: string): string => `latest as (
    select distinct on (s.study_instance_uid, i.sop_instance_uid) i.*, s.study_instance_uid
      from instance i join study s on s.id = i.study_id
     where ${where} order by s.study_instance_uid, i.sop_instance_uid, i.id desc)`;

export function findStudies(em: EntityManager, query: ArchiveQuery): Promise<Counted<StudySight>[]> {
  const { text, parameters } = studyConditions(query.conditions);
  return em.execute(
    `with matching as (
       select distinct on (s.study_instance_uid) s.* from study s where ${text}
        order by s.study_instance_uid, s.part),
     hit as (
       select s.*, count(*) over ()::int as total from matching s
        order by s.received_at desc, s.id limit ? offset ?)
     select ${COUNTED}, s.total from hit s ${COUNTS} order by s.received_at desc, s.id`,
    [...parameters, query.limit, query.offset],
  );
}

export function studiesByUid(em: EntityManager, uids: readonly string[]): Promise<StudySight[]> {
  if (uids.length === 0) return Promise.resolve([]);
  const places = uids.map(() => "?").join(", ");
  return em.execute(
    `with first as (
       select distinct on (s.study_instance_uid) s.* from study s
         where s.study_instance_uid in (${places}) and ${IS_IN_ARCHIVE}
        order by s.study_instance_uid, s.part)
     select ${COUNTED} from first s ${COUNTS}`,
    [...uids],
  );
}

export function findSeries(em: EntityManager, query: ArchiveQuery): Promise<Counted<SeriesSight>[]> {
  const study = studyConditions(query.conditions);
  const instance = instanceConditions(query.conditions);
  return em.execute(
    `with ${latest(study.text)},
     grouped as (
       select i.study_instance_uid, i.series_instance_uid, count(*)::int as instances, max(i.id) as sample
         from latest i where ${instance.text} group by i.study_instance_uid, i.series_instance_uid),
     hit as (
       select *, count(*) over ()::int as total from grouped
        order by study_instance_uid, series_instance_uid limit ? offset ?)
     select ${SAMPLE}, hit.instances, hit.total from hit join latest i on i.id = hit.sample
      order by hit.study_instance_uid, hit.series_instance_uid`,
    [...study.parameters, ...instance.parameters, query.limit, query.offset],
  );
}

export function findInstances(em: EntityManager, query: ArchiveQuery): Promise<Counted<InstanceSight>[]> {
  const study = studyConditions(query.conditions);
  const instance = instanceConditions(query.conditions);
  return em.execute(
    `with ${latest(study.text)}
     select ${SAMPLE}, count(*) over ()::int as total
       from latest i where ${instance.text}
      order by i.study_instance_uid, i.series_instance_uid, i.sop_instance_uid limit ? offset ?`,
    [...study.parameters, ...instance.parameters, query.limit, query.offset],
  );
}

export function instancesUnder(em: EntityManager, target: RetrievalTarget): Promise<InstanceSight[]> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = target;
  const narrower = [seriesInstanceUid, sopInstanceUid].filter((uid) => uid !== undefined);
  const series = seriesInstanceUid === undefined ? "" : "and i.series_instance_uid = ?";
  const instance = sopInstanceUid === undefined ? "" : "and i.sop_instance_uid = ?";
  return em.execute(
    `with ${latest(`${IS_IN_ARCHIVE} and s.study_instance_uid = ?`)}
     select ${SAMPLE} from latest i
      where true ${series} ${instance} order by i.series_instance_uid, i.sop_instance_uid`,
    [studyInstanceUid, ...narrower],
  );
}
