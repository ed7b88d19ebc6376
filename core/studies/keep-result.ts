// Keeps what a processing step brought: files into the results tree, rows into the ledger's transaction.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, extname, join, resolve, sep } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { type NewResult, Permanent, type ResultFile } from "@thalamus/sdk";
import { Artifact, Result } from "../database/entities/result.ts";
import type { StepRow } from "../database/entities/step.ts";
import { flushFolder, forgetFolder } from "../files/folder-flush.ts";
import { recordNotice } from "../notices/record-notice.ts";
import { announce } from "../observe/changes.ts";
import type { ClaimedStep } from "../steps/step-claim.ts";

/** An artifact whose file is durable, before its row is written. */
interface KeptFile extends ResultFile {
  /** Relative to the results tree. */
  readonly kept: string;
}

/** One try to make a result; each has a folder of its own, so that two tries never touch each other's. */
export type ResultTry = Pick<ClaimedStep, "id" | "claimToken">;

/** Relative to the tree of results. */
const resultFolder = ({ id, claimToken }: ResultTry): string => join(id.slice(0, 2), `${id}.${claimToken}`);

/**
 * Copies the files of a result into the tree, durable and checked. Whoever dies before the rows are committed leaves a
 * folder that `removeResultOrphan` knows by its claim.
 * @param workspace the step's own folder; a file outside it is refused
 * @throws Permanent when a file is missing, a link, outside, or differs from its checksum
 */
export async function keepFiles(
  resultsTree: string,
  made: ResultTry,
  result: NewResult,
  workspace: string,
): Promise<KeptFile[]> {
  const folder = resultFolder(made);
  const target = join(resultsTree, folder);
  await forgetFolder(target);
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true, mode: 0o700 });
  const kept: KeptFile[] = [];
  for (const file of result.files) {
    const name = `${fileName(file.name)}${extension(file)}`;
    await keepFile(file, workspace, join(target, name));
    kept.push({ ...file, kept: join(folder, name) });
  }
  await flushFolder(target);
  await flushFolder(dirname(target));
  await flushFolder(resultsTree);
  return kept;
}

async function keepFile(file: ResultFile, workspace: string, target: string): Promise<void> {
  const inside = resolve(file.path).startsWith(resolve(workspace) + sep);
  const sight = await lstat(file.path).catch(() => undefined);
  if (!inside || !sight?.isFile()) {
    throw new Permanent(
      "result.file-refused",
      `The file "${file.name}" is missing, a link, or outside its folder.`,
    );
  }
  const partial = `${target}.part`;
  await copyFile(file.path, partial);
  const sha256 = await checksum(partial);
  if (sha256 !== file.sha256) {
    throw new Permanent("result.checksum", `The file "${file.name}" differs from its checksum.`);
  }
  const handle = await open(partial, "r+");
  await handle.datasync();
  await handle.close();
  await rename(partial, target);
}

/**
 * Removes the folder of a try that has ended without its result being on record. Its claim is over, so that nobody can
 * put it on record any more.
 */
export async function removeResultOrphan(
  orm: MikroORM,
  resultsTree: string,
  ended: ResultTry,
): Promise<void> {
  const folder = resultFolder(ended);
  const artifacts = await orm.em.fork().find(Artifact, { result: ended.id }, { fields: ["path"] });
  if (artifacts.some(({ path }) => dirname(path) === folder)) return;
  await rm(join(resultsTree, folder), { recursive: true, force: true });
}

async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

const fileName = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80);

function extension({ name, path }: ResultFile): string {
  const wanted = path.endsWith(".nii.gz") ? ".nii.gz" : extname(path);
  return name.endsWith(wanted) ? "" : wanted;
}

/** Writes the rows of a result; part of the transaction that settles its step. */
export async function recordResult(
  em: EntityManager,
  step: Pick<StepRow, "id" | "order" | "study">,
  result: NewResult,
  files: readonly KeptFile[],
): Promise<void> {
  if (!step.order) throw new Error("a processing step without an order");
  const row = em.create(Result, {
    // one result for each processing step, so the step names it; reports of the hub's own have a new id
    id: step.id,
    order: step.order.id,
    kind: result.kind,
    productId: result.product.id,
    productVersion: result.product.version,
    indexes: [...result.indexes],
    warnings: [...result.warnings],
    error: result.error ?? null,
  });
  for (const { name, mediaType, bytes, sha256, kept } of files) {
    em.create(Artifact, { result: row, name, mediaType, bytes, sha256, path: kept });
  }
  await em.flush();
  const studyId = step.study.id;
  const { id: product } = result.product;
  const patch = { kind: result.kind, product };
  if (result.kind === "failure") {
    const detail = { product, order: step.order.id, code: result.error?.code ?? "unknown" };
    await recordNotice(em, { event: "processing.failed", studyId, detail });
  }
  await announce(em, { resource: "result", id: step.id, kind: "created", studyId, patch });
}
