// A-296 Which role somebody has here, by the groups at the identity provider.
import type { GroupSettings } from "../../config/sso-settings.ts";

/** X-016 Names under which identity providers send groups. */
const USUAL = [
  "groups",
  "group",
  "memberOf",
  "roles",
  "role",
  "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
  "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
  "http://schemas.xmlsoap.org/claims/Group",
  "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
];

/** Values by the name of the attribute or claim. */
export type Claims = Readonly<Record<string, unknown>>;

export function groupsOf(claims: Claims, { groupClaim }: GroupSettings): string[] {
  const names = groupClaim === undefined ? USUAL : [groupClaim];
  for (const name of names) {
    if (!Object.hasOwn(claims, name)) continue;
    return [claims[name]].flat().filter((group) => typeof group === "string");
  }
  return [];
}

/** Undefined: no role, so no way in. */
export function roleFromGroups(groups: readonly string[], settings: GroupSettings): string | undefined {
  const { adminGroup, userGroup, roles, defaultRole } = settings;
  if (adminGroup !== undefined && groups.includes(adminGroup)) return "admin";
  for (const [group, role] of Object.entries(roles)) if (groups.includes(group)) return role;
  if (userGroup !== undefined) return groups.includes(userGroup) ? "user" : undefined;
  return defaultRole === "" ? undefined : defaultRole;
}
