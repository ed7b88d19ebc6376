// Which products of the hub an organisation may order, and under which other names.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Entitlement, type EntitlementRow, Organisation } from "../database/entities/organisation.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { AccessRefusal, changing } from "./access-refusal.ts";

export class Entitlements {
  readonly #orm: MikroORM;
  readonly #offered: () => Iterable<string>;

  /** @param offered products that this hub can run */
  constructor(orm: MikroORM, offered: () => Iterable<string>) {
    this.#orm = orm;
    this.#offered = offered;
  }

  /** By name. */
  offered(): string[] {
    return [...this.#offered()].toSorted();
  }

  /** By product. */
  list(organisation: string): Promise<EntitlementRow[]> {
    return this.#orm.em.fork().find(Entitlement, { organisation }, { orderBy: { product: "asc" } });
  }

  /**
   * Grants a product, or gives other aliases to one that is granted.
   * @returns false when the organisation is not there
   * @throws AccessRefusal `cloud-access.no-product`, `cloud-access.alias-taken`
   */
  grant(organisation: string, product: string, aliases: readonly string[], actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      if (!(await locked(em, organisation))) return false;
      const all = await em.find(Entitlement, { organisation });
      const own = all.find((entitlement) => entitlement.product === product);
      // what the hub does not run at the moment may be kept, but not granted anew
      if (!own && !this.offered().includes(product)) {
        throw new AccessRefusal("cloud-access.no-product", "This hub runs no such product.");
      }
      requireFree(
        [product, ...aliases],
        all.filter((entitlement) => entitlement !== own),
      );
      if (own) own.aliases = [...aliases];
      else em.create(Entitlement, { id: randomUUID(), organisation, product, aliases: [...aliases] });
      await em.flush();
      const event = own ? "entitlement.changed" : "entitlement.granted";
      await journal(em, { event, actor, detail: { organisation, product, aliases } });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return true;
    });
  }

  /** What is ordered already runs. @returns false when it was not granted */
  withdraw(organisation: string, product: string, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      if ((await em.nativeDelete(Entitlement, { organisation, product })) === 0) return false;
      await journal(em, { event: "entitlement.withdrawn", actor, detail: { organisation, product } });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return true;
    });
  }

  /** The product behind a name or alias, if it is granted and the hub runs it. Upper and lower case differ. */
  async productNamed(organisation: string, name: string): Promise<string | undefined> {
    const [found] = await this.#orm.em
      .fork()
      .execute<{ product: string }[]>(
        "select product from entitlement where organisation_id = ? and (product = ? or ? = any(aliases))",
        [organisation, name, name],
      );
    return found && this.offered().includes(found.product) ? found.product : undefined;
  }
}

/** A name must mean one product. */
function requireFree(names: readonly string[], others: readonly EntitlementRow[]): void {
  const taken = new Set(others.flatMap(({ product, aliases }) => [product, ...aliases]));
  const repeated = names.filter((name, index) => taken.has(name) || names.indexOf(name) !== index);
  if (repeated.length === 0) return;
  const message = `${repeated.join(", ")}: the organisation has this name for a product already. Choose another alias.`;
  throw new AccessRefusal("cloud-access.alias-taken", message);
}

const locked = (em: EntityManager, id: string) =>
  em.findOne(Organisation, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
