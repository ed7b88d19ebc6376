// The one place where a DeidentifiedStudy is made: from the rows of a copy that a transform made and the hub kept.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { type DeidentifiedInstance, Permanent, Transient } from "@thalamus/sdk";
import { DeidentifiedStudy } from "@thalamus/sdk/host";
import {
  DeidentifiedStudy as Copy,
  DeidentifiedInstance as CopyFile,
} from "../database/entities/deidentified-study.ts";
import type { StepRow } from "../database/entities/step.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { pathFor } from "../files/reader.ts";
import { roleOf } from "../intake/instance-path.ts";
import { MANIFEST_NAME } from "./stage-copy.ts";

export interface CopyViewParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
}

/**
 * The copy of the step's study at the step's revision.
 * @throws Permanent when there is none: what was not de-identified does not go out
 */
export async function viewCopy(
  { orm, trees }: CopyViewParts,
  step: Pick<StepRow, "study" | "revision">,
): Promise<DeidentifiedStudy> {
  const copy = await orm.em
    .fork()
    .findOne(
      Copy,
      { study: step.study.id, revision: step.revision },
      { populate: ["patient", "pseudonym", "study"] },
    );
  if (!copy) {
    throw new Permanent("step.not-deidentified", "There is no de-identified copy of this study to send out.");
  }
  const { id, revision, folder, manifestBytes: bytes, manifestSha256: sha256 } = copy;
  return new DeidentifiedStudy({
    ...{ id, revision, format: copy.study.format },
    studyInstanceUid: copy.pseudonym.studyInstanceUid,
    patientPseudonym: copy.patient.pseudonym,
    manifest: {
      path: pathFor("outbound", trees, "deidentified", `${folder}/${MANIFEST_NAME}`),
      bytes,
      sha256,
    },
    instances: () => filesOf(orm.em.fork(), trees, id).catch(tryLater),
  });
}

async function filesOf(em: EntityManager, trees: FileTrees, copy: string): Promise<DeidentifiedInstance[]> {
  const orderBy = { seriesInstanceUid: "asc", sopInstanceUid: "asc" } as const;
  const rows = await em.find(CopyFile, { copy }, { orderBy });
  return rows.map(({ sopClassUid, sopInstanceUid, seriesInstanceUid, transferSyntaxUid, ...row }) => {
    const { modality, bytes, sha256 } = row;
    const path = pathFor("outbound", trees, "deidentified", row.path);
    return {
      role: roleOf(row.path),
      sopClassUid,
      sopInstanceUid,
      seriesInstanceUid,
      transferSyntaxUid,
      modality,
      bytes,
      sha256,
      path,
    };
  });
}

/** The database is away: no fault of the plugin that asks. */
function tryLater(): never {
  throw new Transient("step.unreadable", "The files of the copy could not be read.");
}
