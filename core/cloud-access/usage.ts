// What was run with the keys: counted once for each product of an order, within the quota, and told by key and day.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { KeyUse } from "@thalamus/sdk";
import { announce } from "../observe/changes.ts";

/** Whose uses: those of one key, or of all keys of an organisation. */
export type UsesOf = { readonly keyId: string } | { readonly organisationId: string };

/** Both days included, in UTC; of a date only its day counts. */
export interface Days {
  readonly from: Date;
  readonly until: Date;
}

/** A use with what the console shows of its key. */
export interface ToldUse extends KeyUse {
  readonly prefix: string;
  readonly member: string;
}

/** The runs of one product with one key. */
export interface UsageLine {
  readonly keyId: string;
  readonly keyName: string;
  readonly prefix: string;
  readonly member: string;
  readonly product: string;
  readonly runs: number;
}

const SOURCE = `
  from key_use u join cloud_key k on k.id = u.key_id join cloud_member m on m.id = k.member_id
 where u.at >= ? and u.at < ?`;
const DAY_MS = 86_400_000;

/**
 * Counts a run of a product for an order, once, whoever asks how often at the same time.
 * @returns false when nothing is left of the quota
 */
export function countUse(orm: MikroORM, keyId: string, orderId: string, product: string): Promise<boolean> {
  return orm.em.fork().transactional(async (em) => {
    // uses of a key are counted one after the other
    const [key] = await em.execute<{ quota: number | null; used: number; organisation_id: string }[]>(
      `select k.quota, k.used, m.organisation_id from cloud_key k join cloud_member m on m.id = k.member_id
        where k.id = ? for no key update of k`,
      [keyId],
    );
    if (!key) return false;
    const use = [orderId, product];
    const known = "select 1 from key_use where order_id = ? and product = ?";
    if ((await em.execute<unknown[]>(known, use)).length > 0) return true;
    if (key.quota !== null && key.used >= key.quota) return false;
    // another key of the same order may have been quicker
    const counted = await em.execute<unknown[]>(
      "insert into key_use (order_id, product, key_id) values (?, ?, ?) on conflict do nothing returning 1",
      [...use, keyId],
    );
    if (counted.length === 0) return true;
    await em.execute("update cloud_key set used = used + 1 where id = ?", [keyId]);
    await announce(em, { resource: "organisation", id: key.organisation_id, kind: "updated" });
    return true;
  });
}

/** Oldest first. */
export async function usesOf(em: EntityManager, who: UsesOf, days: Days): Promise<ToldUse[]> {
  const { filter, values } = choice(who, days);
  const rows = await em.execute<(Omit<ToldUse, "at"> & { at: Date | string })[]>(
    `select k.id as "keyId", k.name as "keyName", k.prefix, m.name as member, u.order_id as "orderId", u.product, u.at
     ${SOURCE} and ${filter} order by u.at, u.order_id, u.product`,
    values,
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** By member, key and product. */
export function usageLines(em: EntityManager, who: UsesOf, days: Days): Promise<UsageLine[]> {
  const { filter, values } = choice(who, days);
  return em.execute<UsageLine[]>(
    `select k.id as "keyId", k.name as "keyName", k.prefix, m.name as member, u.product, count(*)::int as runs
     ${SOURCE} and ${filter} group by k.id, m.id, u.product order by m.name, k.name, k.created_at, u.product`,
    values,
  );
}

function choice(who: UsesOf, { from, until }: Days) {
  const end = new Date(dayOf(until).getTime() + DAY_MS);
  const [filter, value] =
    "keyId" in who ? ["k.id = ?", who.keyId] : ["m.organisation_id = ?", who.organisationId];
  return { filter, values: [dayOf(from), end, value] };
}

const dayOf = (date: Date): Date => new Date(Math.floor(date.getTime() / DAY_MS) * DAY_MS);
