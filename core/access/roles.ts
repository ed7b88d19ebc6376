// Roles that a site makes beside those of every hub, and what any role may do.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { AccessSettings } from "../config/access-settings.ts";
import { Account, SiteRole } from "../database/entities/account.ts";
import { journal } from "../observe/journal.ts";
import { AccessRefusal } from "./access-refusal.ts";
import { knownOf } from "./account-permissions.ts";
import { lockAccounts, requireWayIn } from "./lock-out-guard.ts";
import { type Permission, ROLES } from "./permissions.ts";
import { endSessionsOfRole } from "./session-ends.ts";

export interface RoleSight {
  readonly name: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
  /** Made by the site; the others cannot be changed. */
  readonly siteMade: boolean;
}

export interface RoleForm {
  readonly title: string;
  readonly permissions: readonly Permission[];
}

interface RoleParts {
  readonly orm: MikroORM;
  readonly settings: AccessSettings;
}

const NAME = /^[a-z][a-z0-9-]{1,62}$/;

export async function allRoles(orm: MikroORM): Promise<RoleSight[]> {
  const made = await orm.em.fork().findAll(SiteRole, { orderBy: { name: "ASC" } });
  return [
    ...Object.entries(ROLES).map(([name, role]) => ({ name, ...role, siteMade: false })),
    ...made.map((row) => ({
      name: row.name,
      title: row.title,
      permissions: knownOf(row),
      siteMade: true,
    })),
  ];
}

/** @throws AccessRefusal `access.unknown-role` */
export async function requireRole(em: EntityManager, name: string): Promise<void> {
  if (ROLES[name] || (await em.count(SiteRole, { name })) > 0) return;
  throw new AccessRefusal("access.unknown-role", "There is no such role. GET /api/access/roles lists them.");
}

/**
 * Makes a role or changes one; sessions of its accounts end.
 * @throws AccessRefusal
 */
export async function saveRole(
  { orm, settings }: RoleParts,
  name: string,
  form: RoleForm,
  actor: string,
): Promise<void> {
  if (ROLES[name]) throw new AccessRefusal("access.fixed-role", `The role ${name} is the hub's own.`);
  if (!NAME.test(name)) {
    const message =
      "The name of a role has lower-case letters, digits and hyphens, and begins with a letter.";
    throw new AccessRefusal("access.bad-name", message);
  }
  return orm.em.fork().transactional(async (em) => {
    await lockAccounts(em);
    const permissions = [...new Set(form.permissions)].toSorted();
    const before = await em.findOne(SiteRole, { name });
    if (before) em.assign(before, { title: form.title, permissions });
    else em.create(SiteRole, { name, title: form.title, permissions });
    await em.flush();
    await requireWayIn(em, settings);
    await endSessionsOfRole(em, name);
    const event = before ? "role.changed" : "role.created";
    await journal(em, { event, actor, detail: { role: name, permissions } });
  });
}

/** @throws AccessRefusal while an account has it */
export async function deleteRole(orm: MikroORM, name: string, actor: string): Promise<boolean> {
  if (ROLES[name]) throw new AccessRefusal("access.fixed-role", `The role ${name} is the hub's own.`);
  return orm.em.fork().transactional(async (em) => {
    await lockAccounts(em);
    const holders = await em.count(Account, { role: name });
    if (holders > 0) {
      const message = `${holders} accounts have the role ${name}. Give them another one first.`;
      throw new AccessRefusal("access.role-in-use", message);
    }
    if ((await em.nativeDelete(SiteRole, { name })) === 0) return false;
    await journal(em, { event: "role.deleted", actor, detail: { role: name } });
    return true;
  });
}
