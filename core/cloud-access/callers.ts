// Finds out who calls the cloud API, by the secret of a key or by a key that was known before.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { CloudCaller } from "@thalamus/sdk";
import type { CloudScope } from "@thalamus/sdk/cloud";
import { hashOf, isHash } from "./key-secret.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Keys that work; a key without runs is one of them. That a key was used is written once a minute. */
const WORKING = `
select k.id, k.secret_hash, k.scopes, m.id as member_id, m.organisation_id,
    k.is_admin and m.role = 'admin' as is_admin,
    k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as is_stale
  from cloud_key k join cloud_member m on m.id = k.member_id join organisation o on o.id = m.organisation_id
 where k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
   and m.suspended_at is null and o.suspended_at is null`;
const TOUCH = `
update cloud_key set last_used_at = now()
 where id = ? and (last_used_at is null or last_used_at < now() - interval '1 minute')`;

interface WorkingKey {
  readonly id: string;
  readonly secret_hash: string;
  readonly scopes: CloudScope[];
  readonly member_id: string;
  readonly organisation_id: string;
  readonly is_admin: boolean;
  readonly is_stale: boolean;
}

export class Callers {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /** One statement, whether there is such a key or not. */
  async ofSecret(secret: string): Promise<CloudCaller | undefined> {
    const hash = hashOf(secret);
    const [key] = await this.#find("k.secret_hash", hash);
    return isHash(hash, key?.secret_hash) && key ? this.#admit(key) : undefined;
  }

  /** The client id is no secret; with the secret of another key nobody is let in. */
  async ofClient(clientId: string, secret: string): Promise<CloudCaller | undefined> {
    const caller = await this.ofSecret(secret);
    return caller?.keyId === clientId.toLowerCase() ? caller : undefined;
  }

  async ofKey(keyId: string): Promise<CloudCaller | undefined> {
    const [key] = UUID.test(keyId) ? await this.#find("k.id", keyId) : [];
    return key && this.#admit(key);
  }

  #find(column: "k.id" | "k.secret_hash", value: string): Promise<WorkingKey[]> {
    return this.#orm.em.fork().execute<WorkingKey[]>(`${WORKING} and ${column} = ?`, [value]);
  }

  async #admit(key: WorkingKey): Promise<CloudCaller> {
    if (key.is_stale) await this.#orm.em.fork().execute(TOUCH, [key.id]);
    return {
      organisationId: key.organisation_id,
      memberId: key.member_id,
      keyId: key.id,
      scopes: key.scopes,
      isAdmin: key.is_admin,
    };
  }
}
