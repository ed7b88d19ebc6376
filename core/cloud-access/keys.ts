// Keys of the cloud API: made with a secret that is shown once, renamed, given another quota, revoked.
import { randomUUID } from "node:crypto";
import { LockMode } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { CloudScope } from "@thalamus/sdk/cloud";
import { CloudKey, type CloudKeyRow } from "../database/entities/cloud-key.ts";
import { CloudMember } from "../database/entities/organisation.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import { AccessRefusal, changing } from "./access-refusal.ts";
import { newSecret } from "./key-secret.ts";

export interface KeyForm {
  readonly name: string;
  readonly scopes: readonly CloudScope[];
  readonly isAdmin: boolean;
  /** Runs; null: without end. */
  readonly quota: number | null;
  readonly expiresAt: Date | null;
}

export type KeyChange = Partial<Pick<KeyForm, "name" | "quota" | "expiresAt">>;

export class Keys {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /**
   * @returns the key's id with its secret, which is nowhere else; undefined when the member is not there
   * @throws AccessRefusal `cloud-access.no-admin`, `cloud-access.expiry-past`
   */
  async create(
    memberId: string,
    form: KeyForm,
    actor: string,
  ): Promise<{ readonly id: string; readonly secret: string } | undefined> {
    requireFuture(form.expiresAt);
    return changing(this.#orm, async (em) => {
      const member = await em.findOne(CloudMember, memberId, { lockMode: LockMode.PESSIMISTIC_READ });
      if (!member) return undefined;
      if (form.isAdmin && member.role !== "admin") {
        const message = "An administrator's key needs a member with the role admin. Change the role first.";
        throw new AccessRefusal("cloud-access.no-admin", message);
      }
      const id = randomUUID();
      const { secret, hash, prefix } = newSecret();
      const { scopes, ...settings } = form;
      const own = { secretHash: hash, prefix, scopes: [...scopes], createdBy: actor };
      await em.insert(CloudKey, { id, member: memberId, ...settings, ...own });
      const organisation = member.organisation.id;
      const { isAdmin, quota, expiresAt } = form;
      const detail = { organisation, member: memberId, key: id, prefix, scopes, isAdmin, quota, expiresAt };
      await journal(em, { event: "cloud-key.created", actor, detail });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return { id, secret };
    });
  }

  /**
   * @returns false when it is not there
   * @throws AccessRefusal `cloud-access.revoked`, `cloud-access.quota-used`, `cloud-access.expiry-past`
   */
  async change(id: string, change: KeyChange, actor: string): Promise<boolean> {
    if (change.expiresAt !== undefined) requireFuture(change.expiresAt);
    return changing(this.#orm, async (em) => {
      const key = await locked(em, id);
      if (!key) return false;
      if (key.revokedAt) {
        throw new AccessRefusal("cloud-access.revoked", "The key is revoked. Make another one.");
      }
      const { quota } = change;
      if (quota !== undefined && quota !== null && quota < key.used) {
        const message = `${key.used} runs are counted already. Give at least as many, or revoke the key.`;
        throw new AccessRefusal("cloud-access.quota-used", message);
      }
      Object.assign(key, change);
      await em.flush();
      const organisation = key.member.organisation.id;
      const { name: _, ...told } = change;
      const detail = { organisation, key: id, fields: Object.keys(change), ...told };
      await journal(em, { event: "cloud-key.changed", actor, detail });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return true;
    });
  }

  /** For good; what runs goes on. Asked for twice it is done once. @returns false when it is not there */
  revoke(id: string, actor: string): Promise<boolean> {
    return changing(this.#orm, async (em) => {
      const key = await locked(em, id);
      if (!key) return false;
      if (key.revokedAt) return true;
      key.revokedAt = new Date();
      await em.flush();
      const organisation = key.member.organisation.id;
      const detail = { organisation, member: key.member.id, key: id, prefix: key.prefix };
      await journal(em, { event: "cloud-key.revoked", actor, detail });
      await announce(em, { resource: "organisation", id: organisation, kind: "updated" });
      return true;
    });
  }
}

async function locked(em: EntityManager, id: string): Promise<CloudKeyRow | undefined> {
  const rows = await em.execute<unknown[]>("select 1 from cloud_key where id = ? for no key update", [id]);
  return rows.length > 0 ? await em.findOneOrFail(CloudKey, id, { populate: ["member"] }) : undefined;
}

function requireFuture(at: Date | null): void {
  if (at === null || at.getTime() > Date.now()) return;
  throw new AccessRefusal(
    "cloud-access.expiry-past",
    "The key would have expired already. Choose a later day.",
  );
}
