// Organisations of the cloud API: made, changed, suspended, and deleted as long as nothing was run for them.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Organisation, type OrganisationRow } from "../database/entities/organisation.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { AccessRefusal, changing } from "./access-refusal.ts";
import { suspension } from "./suspension.ts";

export interface OrganisationChange {
  readonly name?: string;
  /** Days until an order of it expires. */
  readonly orderDays?: number;
  readonly suspended?: boolean;
}

export class Organisations {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /** @throws AccessRefusal `cloud-access.name-taken` */
  create(settings: { readonly name: string; readonly orderDays: number }, actor: string): Promise<string> {
    const id = randomUUID();
    return changing(this.#orm, async (em) => {
      await em.insert(Organisation, { id, ...settings, createdBy: actor });
      const detail = { organisation: id, orderDays: settings.orderDays };
      await journal(em, { event: "organisation.created", actor, detail });
      await announce(em, { resource: "organisation", id, kind: "created" });
      return id;
    });
  }

  /**
   * @returns false when it is not there
   * @throws AccessRefusal `cloud-access.name-taken`
   */
  change(id: string, change: OrganisationChange, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      const organisation = await locked(em, id);
      if (!organisation) return false;
      const { name, orderDays, suspended } = change;
      const changed = {
        ...(name !== undefined && name !== organisation.name ? { name } : {}),
        ...(orderDays !== undefined && orderDays !== organisation.orderDays ? { orderDays } : {}),
      };
      Object.assign(organisation, changed);
      const turned = suspension(organisation, suspended);
      await em.flush();
      const fields = Object.keys(changed);
      const detail = { organisation: id, fields, orderDays: organisation.orderDays };
      if (fields.length > 0) await journal(em, { event: "organisation.changed", actor, detail });
      if (turned) await journal(em, { event: `organisation.${turned}`, actor, detail: { organisation: id } });
      await announce(em, { resource: "organisation", id, kind: "updated" });
      return true;
    });
  }

  /**
   * With its members, keys, products and agents.
   * @param name of it, so that it is no slip
   * @returns false when it is not there
   * @throws AccessRefusal `cloud-access.in-use` when a run was counted or an order placed, `cloud-access.not-confirmed`
   */
  delete(id: string, name: string, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      const organisation = await locked(em, id);
      if (!organisation) return false;
      if (organisation.name !== name) {
        const message = "This is not the name of the organisation, so it is not deleted.";
        throw new AccessRefusal("cloud-access.not-confirmed", message);
      }
      await em.nativeDelete(Organisation, { id });
      await journal(em, { event: "organisation.deleted", actor, detail: { organisation: id } });
      await announce(em, { resource: "organisation", id, kind: "deleted" });
      return true;
    });
  }
}

const locked = (em: EntityManager, id: string): Promise<OrganisationRow | null> =>
  em.findOne(Organisation, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
