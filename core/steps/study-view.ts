// What plugins inside the house see of a received study: its identity in a box, and its instances.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Phi, type ReceivedStudy, type StoredInstance, type StudyIdentity, Transient } from "@thalamus/sdk";
import type { StudyRow } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { pathFor, type Reader } from "../files/reader.ts";
import { roleOf } from "../intake/instance-path.ts";
import { identityOfStudy } from "../studies/study-identity.ts";

export interface StudyViewParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  /** One that sends studies out is given no instance, even if somebody made it a view. */
  readonly reader: Reader;
}

export function viewStudy(parts: StudyViewParts, row: StudyRow, revision: number): ReceivedStudy {
  return {
    id: row.id,
    revision,
    format: row.format,
    supplied: Object.keys(row.valuesFrom).filter((field) => field !== "studyName") as (keyof StudyIdentity)[],
    identity: new Phi(identityOfStudy(row)),
    instances: () => instancesOf(parts, row.id, revision),
  };
}

/** The database is away: no fault of the plugin that asks. */
function tryLater(): never {
  throw new Transient("step.unreadable", "The instances of the study could not be read.");
}

interface InstanceSight {
  readonly sop_class_uid: string;
  readonly sop_instance_uid: string;
  readonly series_instance_uid: string;
  readonly transfer_syntax_uid: string;
  readonly modality: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly path: string;
}

/** Of an instance that came with several contents, the last one that came counts. */
const LATEST = `
select * from (
    select distinct on (sop_instance_uid) * from instance
     where study_id = ? and revision <= ? order by sop_instance_uid, id desc) latest
  order by series_instance_uid, sop_instance_uid`;

async function instancesOf(
  parts: StudyViewParts,
  studyId: string,
  revision: number,
): Promise<StoredInstance[]> {
  const { orm, trees, reader } = parts;
  const rows = await orm.em.fork().execute<InstanceSight[]>(LATEST, [studyId, revision]).catch(tryLater);
  return rows.map((row) => ({
    role: roleOf(row.path),
    sopClassUid: row.sop_class_uid,
    sopInstanceUid: row.sop_instance_uid,
    seriesInstanceUid: row.series_instance_uid,
    transferSyntaxUid: row.transfer_syntax_uid,
    modality: row.modality,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    path: pathFor(reader, trees, "received", row.path),
  }));
}
