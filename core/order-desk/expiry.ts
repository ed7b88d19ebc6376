// The chore that looks for orders that are older than they are kept, and for those whose data never came.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { CloudSettings } from "../config/cloud-settings.ts";
import { CloudOrder, type CloudOrderRow } from "../database/entities/cloud-order.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";
import { expireOrder } from "./expire-order.ts";
import { lockOrder } from "./find-order.ts";

export interface ExpiryParts {
  readonly orm: MikroORM;
  readonly settings: Pick<CloudSettings, "abandonedHours" | "schedule">;
  /** What is to be removed is removed now. */
  readonly wake: () => void;
}

/** Looked up together; each expires in a transaction of its own. */
const AT_ONCE = 200;

const DUE = {
  age: "status <> 'EXPIRED' and expires_at <= now()",
  abandoned:
    "status = 'PENDING' and files_state = 'awaited' and heard_at <= now() - make_interval(secs => ?)",
} as const;
type Reason = keyof typeof DUE;

export const expiryChore = (parts: ExpiryParts): ChoreDeclaration => ({
  name: "cloud-orders",
  title: "Let cloud orders expire that are older than they are kept",
  schedule: parts.settings.schedule,
  run: (signal) => expireOrders(parts, signal),
});

export async function expireOrders(
  parts: ExpiryParts,
  signal: AbortSignal,
): Promise<{ readonly expired: number; readonly abandoned: number }> {
  const expired = await expireAll(parts, "age", [], signal);
  const seconds = parts.settings.abandonedHours * 3600;
  const abandoned = await expireAll(parts, "abandoned", [seconds], signal);
  if (expired + abandoned > 0) parts.wake();
  return { expired, abandoned };
}

async function expireAll(
  { orm }: ExpiryParts,
  reason: Reason,
  parameters: readonly number[],
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let found = AT_ONCE; found === AT_ONCE; ) {
    const rows = await orm.em
      .fork()
      .execute<{ id: string }[]>(`select id from cloud_order where ${DUE[reason]} limit ${AT_ONCE}`, [
        ...parameters,
      ]);
    found = rows.length;
    for (const { id } of rows) {
      signal.throwIfAborted();
      const one = await orm.em.fork().transactional((em) => expireIfDue(em, id, reason, parameters));
      count += one ? 1 : 0;
    }
  }
  return count;
}

/** Its client may have spoken up meanwhile. */
async function expireIfDue(
  em: EntityManager,
  id: string,
  reason: Reason,
  parameters: readonly number[],
): Promise<CloudOrderRow | undefined> {
  await lockOrder(em, id);
  const due = await em.execute<unknown[]>(`select 1 from cloud_order where id = ? and ${DUE[reason]}`, [
    id,
    ...parameters,
  ]);
  if (due.length === 0) return undefined;
  const order = await em.findOneOrFail(CloudOrder, id);
  await expireOrder(em, order, reason);
  return order;
}
