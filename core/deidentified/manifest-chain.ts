// The chain of all manifests of the site: each one knows the one that was kept before it.
import type { EntityManager } from "@mikro-orm/postgresql";
import { AdvisoryLock } from "../database/advisory-locks.ts";

/** One manifest after the other, on all hubs; taken after every other lock of the transaction. */

export interface ChainLink {
  readonly number: number;
  readonly previous: string | null;
}

interface HeadRow {
  readonly number: string;
  readonly sha256: string;
}

const HEAD = "select number, sha256 from manifest_link order by number desc limit 1";

/** Appends a manifest, in the transaction that keeps its copy. */
export async function addToChain(em: EntityManager, copyId: string, sha256: string): Promise<ChainLink> {
  await em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.manifestChain})`);
  const [head] = await em.execute<HeadRow[]>(HEAD);
  const link = { number: Number(head?.number ?? 0) + 1, previous: head?.sha256 ?? null };
  await em.execute(
    "insert into manifest_link (number, copy_id, sha256, previous_sha256) values (?, ?, ?, ?)",
    [...[link.number, copyId, sha256, link.previous]],
  );
  return link;
}

/** SHA-256 of the manifest that was kept last. */
export async function lastManifest(em: EntityManager): Promise<string | undefined> {
  const [head] = await em.execute<HeadRow[]>(HEAD);
  return head?.sha256;
}
