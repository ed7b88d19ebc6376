// Lists orders by their changes, oldest first, so that a reader who goes on from the last one it saw misses none.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { CloudCaller, DeskOrder, OrderDesk } from "@thalamus/sdk";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import { CloudOrder } from "../database/entities/cloud-order.ts";
import { isUuid } from "./find-order.ts";
import { viewOrders } from "./view-orders.ts";

type Query = Parameters<OrderDesk["list"]>[1];
type Page = Awaited<ReturnType<OrderDesk["list"]>>;

interface Place {
  /** To the microsecond, as the database writes it. */
  readonly updatedAt: string;
  readonly id: string;
}

/**
 * A change is committed later than it is made, so that a reader by the time of changes could pass by one that is on its
 * way. Therefore a change gets its place in the list only when somebody lists: under a lock for each organisation, all
 * committed changes without a place get one that is later than any before. What is committed afterwards comes after it.
 */
export async function listOrders(orm: MikroORM, caller: CloudCaller, query: Query): Promise<Page> {
  await givePlaces(orm, caller.organisationId);
  const em = orm.em.fork();
  const places = await placesOf(em, caller, query);
  const page = places.slice(0, query.limit);
  const rows = await em.find(CloudOrder, { id: { $in: page.map(({ id }) => id) } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const orders: DeskOrder[] = await viewOrders(
    em,
    page.flatMap(({ id }) => byId.get(id) ?? []),
  );
  const last = page.at(-1);
  return { orders, cursor: places.length > page.length && last ? cursorOf(last) : undefined };
}

function givePlaces(orm: MikroORM, organisationId: string): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    const unlisted = "select 1 from cloud_order where organisation_id = ? and not listed limit 1";
    if ((await em.execute<unknown[]>(unlisted, [organisationId])).length === 0) return;
    await em.execute("select pg_advisory_xact_lock(?, hashtext(?))", [
      AdvisoryLock.listedOrders,
      organisationId,
    ]);
    // whoever is changing one of them is waited for; all lock in the order of ids
    await em.execute(
      `with place as materialized (
         select greatest(clock_timestamp(), max(updated_at)) as last
           from cloud_order where organisation_id = ? and listed),
       locked as materialized (
         select id, updated_at from cloud_order where organisation_id = ? and not listed
          order by id for no key update),
       fresh as (
         select id, row_number() over (order by updated_at, id) * interval '1 microsecond' as later from locked)
       update cloud_order o set listed = true, updated_at = place.last + fresh.later
         from fresh, place where o.id = fresh.id`,
      [organisationId, organisationId],
    );
  });
}

/** One more than the page has, to see whether there is another page. */
function placesOf(em: EntityManager, caller: CloudCaller, query: Query): Promise<Place[]> {
  const { scope, status, updatedSince, cursor, limit } = query;
  const conditions = ["organisation_id = ?", "listed"];
  const parameters: unknown[] = [caller.organisationId];
  const where = (condition: string, ...values: unknown[]) => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (scope === "own" || !caller.isAdmin) where("member_id = ?", caller.memberId);
  if (status !== undefined) where("status = ?", status);
  if (updatedSince !== undefined) where("updated_at >= ?", updatedSince);
  const after = cursor === undefined ? undefined : placeOf(cursor);
  if (after) where("(updated_at, id) > (?::timestamptz, ?::uuid)", after.updatedAt, after.id);
  return em.execute<Place[]>(
    `select id, updated_at::text as "updatedAt" from cloud_order where ${conditions.join(" and ")}
      order by updated_at, id limit ?`,
    [...parameters, limit + 1],
  );
}

const cursorOf = ({ updatedAt, id }: Place): string =>
  Buffer.from(`${updatedAt} ${id}`).toString("base64url");

/** One that is none begins from the start, which loses nothing. */
function placeOf(cursor: string): Place | undefined {
  const text = Buffer.from(cursor, "base64url").toString();
  const [updatedAt, id] = [text.slice(0, -37), text.slice(-36)];
  return TIME.test(updatedAt) && isUuid(id) ? { updatedAt, id } : undefined;
}

const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-]\d{2}(:?\d{2})?$/;
