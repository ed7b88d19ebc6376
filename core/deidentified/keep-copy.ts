// Keeps a de-identified copy: one rename and its rows, in the transaction that settles the step.
import { access, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { NewDeidentifiedStudy } from "@thalamus/sdk";
import { DeidentifiedStudy } from "../database/entities/deidentified-study.ts";
import { Study } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { flushFolder, forgetFolder } from "../files/folder-flush.ts";
import { journal } from "../observe/journal.ts";
import type { ClaimedStep } from "../steps/step-claim.ts";
import { addToChain } from "./manifest-chain.ts";
import { notKept, type StagedCopy } from "./stage-copy.ts";
import type { PseudonymVault } from "./vault.ts";

/** One try of a step; each has a folder of its own, so that two tries never touch each other's. */
type Try = Pick<ClaimedStep, "id" | "claimToken">;

/** Relative to the tree of de-identified files. */
export const copyFolder = ({ id, claimToken }: Try): string => join(id.slice(0, 2), `${id}.${claimToken}`);

/**
 * Writes the rows of a copy and takes its folder to its place; part of the transaction that settles the step, with
 * the study locked. Whoever dies between the rename and the commit leaves a folder that `removeOrphan` knows by its claim.
 * @throws Permanent when the vault refuses the pseudonyms; Transient when the disk does not take the folder
 */
export async function keepCopy(
  em: EntityManager,
  parts: { readonly trees: FileTrees; readonly vault: PseudonymVault },
  step: ClaimedStep,
  copy: NewDeidentifiedStudy,
  staged: StagedCopy,
): Promise<void> {
  const study = await em.findOneOrFail(Study, step.study.id);
  const entry = await parts.vault.record(em, study, copy);
  const folder = copyFolder(step);
  const bytes = copy.files.reduce((sum, file) => sum + file.bytes, 0);
  em.create(DeidentifiedStudy, {
    ...{ id: step.id, study: study.id, revision: step.revision, folder, bytes },
    ...{ patient: entry.patient, pseudonym: entry.pseudonym },
    manifestBytes: copy.manifest.bytes,
    manifestSha256: copy.manifest.sha256,
    changes: { ...copy.changes },
    lines: [...copy.lines],
  });
  await em.flush();
  await insertFiles(em, step.id, folder, staged);
  await move(staged.folder, join(parts.trees.deidentified, folder)).catch((error: unknown) => {
    throw notKept(error);
  });
  // the chain is one for the whole site, so whoever holds it commits at once
  const { number, previous } = await addToChain(em, step.id, copy.manifest.sha256);
  await journal(em, {
    event: "study.deidentified",
    studyId: study.id,
    stepId: step.id,
    detail: { files: copy.files.length, bytes, manifest: copy.manifest.sha256, number, previous },
  });
}

async function insertFiles(
  em: EntityManager,
  copy: string,
  folder: string,
  { files }: StagedCopy,
): Promise<void> {
  const rows = files.map((file) => ({
    copy_id: copy,
    series_instance_uid: file.seriesInstanceUid,
    sop_instance_uid: file.sopInstanceUid,
    sop_class_uid: file.sopClassUid,
    transfer_syntax_uid: file.transferSyntaxUid,
    modality: file.modality,
    bytes: file.bytes,
    sha256: file.sha256,
    path: join(folder, file.name),
  }));
  const columns = Object.keys(rows[0]!).join(", ");
  await em.execute(
    `insert into deidentified_instance (${columns}) select ${columns} from jsonb_to_recordset(?::jsonb) as r(
       copy_id uuid, series_instance_uid text, sop_instance_uid text, sop_class_uid text, transfer_syntax_uid text,
       modality text, bytes bigint, sha256 text, path text)`,
    [JSON.stringify(rows)],
  );
}

/** A second time finds it moved: the transaction of the first one may have failed after it. */
async function move(from: string, to: string): Promise<void> {
  const parent = dirname(to);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (await isThere(from)) {
    await forgetFolder(from);
    await rename(from, to);
  } else await access(to);
  await flushFolder(parent);
  await flushFolder(dirname(parent));
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Removes the folder of a try that has ended without its copy being on record. Its claim is over, so that nobody can
 * put it on record any more.
 */
export async function removeOrphan(orm: MikroORM, trees: FileTrees, ended: Try): Promise<void> {
  const folder = copyFolder(ended);
  if ((await orm.em.fork().count(DeidentifiedStudy, { folder })) > 0) return;
  await rm(join(trees.deidentified, folder), { recursive: true, force: true });
}
