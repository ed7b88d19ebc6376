// Keys for programs that call the hub's API: shown once, kept as a hash, with scopes, an end, and a way to revoke them.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { ApiKey, type ApiKeyRow } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import { AccessRefusal } from "./access-refusal.ts";
import { permissionsOf } from "./account-permissions.ts";
import type { Permission } from "./permissions.ts";
import type { Visitor } from "./visitor.ts";

const PREFIX = "thal_";
/** 32 random bytes need no slow hash: nobody can try them out. */
const KEY = /^Bearer (thal_[A-Za-z0-9_-]{43})$/i;
/** `last used` is written at most this often. */
const TOUCH_MS = 60_000;

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Permission[];
  /** Left out, it does not expire. */
  readonly expiresAt?: Date | undefined;
}

/**
 * @returns the key, to be shown once
 * @throws AccessRefusal when it would be allowed more than who makes it
 */
export async function createApiKey(
  orm: MikroORM,
  { name, scopes, expiresAt }: NewKey,
  maker: Visitor,
): Promise<{ id: string; key: string }> {
  if (maker.session === undefined) {
    throw new AccessRefusal("access.beyond-own", "A key cannot make keys; it would outlive its own end.");
  }
  const beyond = scopes.filter((scope) => !maker.permissions.has(scope));
  if (beyond.length > 0) {
    const message = `A key cannot be allowed more than you are: ${beyond.join(", ")}.`;
    throw new AccessRefusal("access.beyond-own", message);
  }
  if (expiresAt !== undefined && expiresAt.getTime() <= Date.now()) {
    throw new AccessRefusal("access.expired", "The key would have expired already.");
  }
  const key = `${PREFIX}${randomBytes(32).toString("base64url")}`;
  const id = randomUUID();
  await orm.em.fork().transactional(async (em) => {
    await em.insert(ApiKey, {
      ...{ id, name, account: maker.accountId, keyHash: hashOf(key), hint: key.slice(0, 10) },
      scopes: [...scopes],
      expiresAt: expiresAt ?? null,
    });
    await journal(em, { event: "api-key.created", actor: maker.name, detail: { key: name, id, scopes } });
  });
  return { id, key };
}

export async function revokeApiKey(orm: MikroORM, id: string, actor: string): Promise<boolean> {
  return orm.em.fork().transactional(async (em) => {
    const row = await em.findOne(ApiKey, { id, revokedAt: null });
    if (!row) return false;
    row.revokedAt = new Date();
    await journal(em, { event: "api-key.revoked", actor, detail: { key: row.name, id } });
    return true;
  });
}

export function listApiKeys(orm: MikroORM): Promise<ApiKeyRow[]> {
  return orm.em.fork().findAll(ApiKey, { populate: ["account"], orderBy: { createdAt: "DESC" } });
}

/** Why a key does not count; its name when there is, or was, such a key. */
export interface RefusedKey {
  readonly refused: "unknown" | "revoked" | "expired" | "disabled";
  readonly key?: string;
}

/** Who shows a key. It is allowed its scopes, as far as the account that made it still is. */
export async function recognizeApiKey(
  orm: MikroORM,
  authorization: string | undefined,
): Promise<Visitor | RefusedKey> {
  const key = KEY.exec(authorization ?? "")?.[1];
  if (key === undefined) return { refused: "unknown" };
  const em = orm.em.fork();
  const row = await em.findOne(ApiKey, { keyHash: hashOf(key) }, { populate: ["account"] });
  if (!row) return { refused: "unknown" };
  if (row.revokedAt) return { refused: "revoked", key: row.name };
  if (row.account.disabledAt) return { refused: "disabled", key: row.name };
  if (row.expiresAt && row.expiresAt.getTime() <= Date.now()) return { refused: "expired", key: row.name };
  if (Date.now() - (row.lastUsedAt?.getTime() ?? 0) > TOUCH_MS) {
    await em.nativeUpdate(ApiKey, { id: row.id }, { lastUsedAt: new Date() });
  }
  const { id, role } = row.account;
  const ofMaker = await permissionsOf(em, role);
  const permissions = new Set([...ofMaker].filter((permission) => row.scopes.includes(permission)));
  return { accountId: id, name: `key:${row.name}`, role, permissions, session: undefined };
}

const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
