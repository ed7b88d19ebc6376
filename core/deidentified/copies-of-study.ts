// The copies that were made of a study, as people see them: how, by which rules, and the manifest of each.
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CheckLine } from "@thalamus/sdk";
import {
  DeidentifiedStudy as Copy,
  DeidentifiedInstance as CopyFile,
  type DeidentifiedStudyRow,
  ManifestLink,
} from "../database/entities/deidentified-study.ts";
import { Study } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { pathFor } from "../files/reader.ts";
import { journal } from "../observe/journal.ts";
import { MANIFEST_NAME } from "./stage-copy.ts";

/** Nothing in it leads back to the patient, pseudonyms neither. */
export interface CopySight {
  readonly id: string;
  readonly revision: number;
  readonly createdAt: Date;
  readonly files: number;
  readonly bytes: number;
  readonly manifest: ManifestSight;
  /** How many elements each rule changed. */
  readonly changes: Readonly<Record<string, number>>;
  readonly lines: readonly CheckLine[];
}

export interface ManifestSight {
  readonly bytes: number;
  readonly sha256: string;
  /** Its place in the chain of the site; null for a copy that the chain does not know. */
  readonly number: number | null;
  readonly previousSha256: string | null;
}

/** @returns the newest revision first; undefined when there is no such study */
export async function copiesOfStudy(em: EntityManager, studyId: string): Promise<CopySight[] | undefined> {
  if (!(await em.findOne(Study, studyId))) return undefined;
  const copies = await em.find(Copy, { study: studyId }, { orderBy: { revision: "desc" } });
  return Promise.all(copies.map((copy) => sightOf(em.fork(), copy)));
}

async function sightOf(em: EntityManager, copy: DeidentifiedStudyRow): Promise<CopySight> {
  const { id, revision, createdAt, bytes, changes, lines } = copy;
  const link = await em.findOne(ManifestLink, { copyId: id });
  return {
    ...{ id, revision, createdAt, bytes, changes, lines },
    files: await em.count(CopyFile, { copy: id }),
    manifest: {
      bytes: copy.manifestBytes,
      sha256: copy.manifestSha256,
      number: link?.number ?? null,
      previousSha256: link?.previousSha256 ?? null,
    },
  };
}

export interface ManifestFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** To save it under; tells nothing of the patient. */
  readonly name: string;
}

/** The manifest of a copy, to be handed to a person; who took it is journalled. */
export async function takeManifest(
  em: EntityManager,
  trees: FileTrees,
  copyId: string,
  actor: string,
): Promise<ManifestFile | undefined> {
  const copy = await em.findOne(Copy, copyId);
  if (!copy) return undefined;
  const studyId = copy.study.id;
  const detail = { copy: copyId, sha256: copy.manifestSha256 };
  await journal(em, { event: "manifest.opened", studyId, actor, detail });
  return {
    path: pathFor("inside", trees, "deidentified", `${copy.folder}/${MANIFEST_NAME}`),
    bytes: copy.manifestBytes,
    name: `${studyId.slice(0, 8)}_r${copy.revision}_${MANIFEST_NAME}`,
  };
}
