// What a role may do, be it one of the hub's own or one that the site made.
import type { EntityManager } from "@mikro-orm/postgresql";
import { SiteRole, type SiteRoleRow } from "../database/entities/account.ts";
import { isPermission, type Permission, ROLES } from "./permissions.ts";

/** What a role may do; a role that is not there (any more) may do nothing. */
export async function permissionsOf(em: EntityManager, role: string): Promise<ReadonlySet<Permission>> {
  const own = ROLES[role];
  if (own) return new Set(own.permissions);
  const made = await em.findOne(SiteRole, { name: role });
  return new Set(made ? knownOf(made) : []);
}

/** A permission that this version does not know (any more) gives nothing. */
export const knownOf = ({ permissions }: SiteRoleRow): Permission[] => permissions.filter(isPermission);
