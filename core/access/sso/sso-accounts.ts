// The account of somebody whom an identity provider vouches for: made at the first sign-in, its role by the groups.
import { randomUUID } from "node:crypto";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { AdvisoryLock } from "../../database/advisory-locks.ts";
import { Account, type AccountRow } from "../../database/entities/account.ts";
import { journal } from "../../observe/journal.ts";
import { ROLES } from "../permissions.ts";
import { requireRole } from "../roles.ts";
import { endSessionsOfAccount } from "../session-ends.ts";
import { require, SsoRefusal } from "./sso-refusal.ts";

export interface Identity {
  readonly source: "saml" | "oidc";
  /** Entity ID or issuer URL. */
  readonly provider: string;
  /** NameID or `sub`: what stays the same. */
  readonly subject: string;
  /** For people to read; need not be unique. */
  readonly name: string;
  readonly role: string | undefined;
}

/** @throws SsoRefusal `no-role`, `disabled` */
export function accountOf(orm: MikroORM, identity: Identity): Promise<AccountRow> {
  const { source, role } = identity;
  require(role !== undefined, "no-role");
  const subject = JSON.stringify([identity.provider, identity.subject]);
  return orm.em.fork().transactional(async (em) => {
    // of two first sign-ins at the same moment one makes the account
    await em.execute("select pg_advisory_xact_lock(hashtextextended(?, ?))", [
      subject,
      AdvisoryLock.ssoSubject,
    ]);
    await requireKnown(em, role);
    const before = await em.findOne(Account, { source, subject });
    if (!before) {
      const name = await freeName(em, identity);
      const account = em.create(Account, { id: randomUUID(), name, source, subject, role });
      account.lastSignInAt = new Date();
      await em.flush();
      await journal(em, { event: "account.created", actor: name, detail: { account: name, role, source } });
      return account;
    }
    require(!before.disabledAt, "disabled");
    if (before.role !== role) {
      const detail = { account: before.name, from: before.role, to: role, source };
      await journal(em, { event: "account.role-changed", actor: "hub", detail });
      before.role = role;
      await endSessionsOfAccount(em, before.id);
    }
    before.lastSignInAt = new Date();
    return before;
  });
}

async function requireKnown(em: EntityManager, role: string): Promise<void> {
  if (ROLES[role]) return;
  await requireRole(em, role).catch((cause: unknown) => {
    throw new SsoRefusal("unknown-role", { cause });
  });
}

/** Never the name of a local account: who is called admin elsewhere is not the admin of this hub. */
async function freeName(em: EntityManager, { name, source }: Identity): Promise<string> {
  const plain =
    name
      .replaceAll(/[\p{Cc}:]/gu, " ")
      .trim()
      .slice(0, 100) || source;
  const isFree = async (wanted: string) => (await em.count(Account, { name: wanted })) === 0;
  // a name that a local account might get later is marked too
  const first = plain.includes("@") ? plain : `${source}:${plain}`;
  if (await isFree(first)) return first;
  for (let number = 2; ; number += 1) {
    const next = `${source}:${plain} ${number}`;
    if (await isFree(next)) return next;
  }
}
