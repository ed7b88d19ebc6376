// Members of organisations: who holds keys of the cloud API.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import {
  CloudMember,
  type CloudMemberRow,
  type MemberRole,
  Organisation,
} from "../database/entities/organisation.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { changing } from "./access-refusal.ts";
import { suspension } from "./suspension.ts";

export interface MemberForm {
  readonly name: string;
  readonly email: string | null;
  readonly role: MemberRole;
}

export type MemberChange = Partial<MemberForm> & { readonly suspended?: boolean };

export class Members {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /**
   * @returns undefined when the organisation is not there
   * @throws AccessRefusal `cloud-access.name-taken`
   */
  create(organisation: string, form: MemberForm, actor: string): Promise<CloudMemberRow | undefined> {
    return changing(this.#orm, async (em) => {
      // so that it is not deleted meanwhile
      if (!(await em.findOne(Organisation, organisation, { lockMode: LockMode.PESSIMISTIC_READ })))
        return undefined;
      const id = randomUUID();
      await em.insert(CloudMember, { id, organisation, ...form });
      const detail = { organisation, member: id, role: form.role };
      await journal(em, { event: "cloud-member.created", actor, detail });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return em.findOneOrFail(CloudMember, id);
    });
  }

  /**
   * @returns undefined when it is not there
   * @throws AccessRefusal `cloud-access.name-taken`
   */
  change(id: string, change: MemberChange, actor: string): Promise<CloudMemberRow | undefined> {
    return changing(this.#orm, async (em) => {
      const member = await locked(em, id);
      if (!member) return undefined;
      const { suspended, ...form } = change;
      const fields = Object.entries(form).filter(
        ([field, value]) => member[field as keyof MemberForm] !== value,
      );
      Object.assign(member, Object.fromEntries(fields));
      const turned = suspension(member, suspended);
      await em.flush();
      const ids = { organisation: member.organisation.id, member: id };
      // names and addresses are those of people
      const detail = { ...ids, fields: fields.map(([field]) => field), role: member.role };
      if (fields.length > 0) await journal(em, { event: "cloud-member.changed", actor, detail });
      if (turned) await journal(em, { event: `cloud-member.${turned}`, actor, detail: ids });
      await announce(em, { resource: "organisation", id: ids.organisation, kind: "updated" });
      return member;
    });
  }

  /**
   * With its keys.
   * @returns false when it is not there
   * @throws AccessRefusal `cloud-access.in-use` when a run was counted on one of its keys or it has placed an order
   */
  delete(id: string, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      const member = await locked(em, id);
      if (!member) return false;
      const organisation = member.organisation.id;
      await em.nativeDelete(CloudMember, { id });
      await journal(em, { event: "cloud-member.deleted", actor, detail: { organisation, member: id } });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return true;
    });
  }
}

const locked = (em: EntityManager, id: string): Promise<CloudMemberRow | null> =>
  em.findOne(CloudMember, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
