// Keeping a result: each try has a folder of its own, so that a hub taken for dead takes nothing of its successor.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NewResult } from "@thalamus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Artifact } from "../database/entities/result.ts";
import { VaultSite } from "../deidentified/testing/vault-site.ts";
import { keepFiles, type ResultTry, recordResult, removeResultOrphan } from "./keep-result.ts";

let site: VaultSite;
beforeAll(async () => {
  site = await VaultSite.open();
});
afterAll(() => site.close());

/** A report in a workspace of its own. */
function made(text: string): { result: NewResult; workspace: string } {
  const workspace = join(site.trees.work, randomUUID());
  mkdirSync(workspace);
  const path = join(workspace, "report.txt");
  writeFileSync(path, text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const files = [{ name: "report", path, mediaType: "text/plain", bytes: text.length, sha256 }];
  const product = { id: "probe", version: "1" };
  return { result: { kind: "diagnostic", product, files, indexes: [], warnings: [] }, workspace };
}

const keep = ({ result, workspace }: ReturnType<typeof made>, one: ResultTry) =>
  keepFiles(site.trees.results, one, result, workspace);
const folders = (id: string): string[] => readdirSync(join(site.trees.results, id.slice(0, 2)));
const tryOf = (id: string): ResultTry => ({ id, claimToken: randomUUID() });

test("a hub that was taken for dead and keeps its result late takes nothing away from its successor", async () => {
  const study = await site.study();
  const order = await site.order(study);
  const id = randomUUID();
  const [slow, successor] = [tryOf(id), tryOf(id)];
  const good = made("the good one");
  const files = await keep(good, successor);
  await site.orm.em
    .fork()
    .transactional((em) =>
      recordResult(em, { id, order: { id: order }, study } as never, good.result, files),
    );

  await keep(made("the late one"), slow);
  await removeResultOrphan(site.orm, site.trees.results, slow);
  await removeResultOrphan(site.orm, site.trees.results, successor);
  expect(folders(id)).toEqual([`${id}.${successor.claimToken}`]);
  const [artifact] = await site.orm.em.fork().find(Artifact, { result: id });
  expect(readFileSync(join(site.trees.results, artifact!.path), "utf8")).toBe("the good one");
});

test("what a try left that ended without a result on record is removed", async () => {
  const lost = tryOf(randomUUID());
  await keep(made("nobody knows it"), lost);
  expect(folders(lost.id)).toHaveLength(1);
  await removeResultOrphan(site.orm, site.trees.results, lost);
  expect(folders(lost.id)).toEqual([]);
});
