// Whether a key works, and if not, why.
import type { CloudKeyRow } from "../database/entities/cloud-key.ts";
import type { CloudMemberRow, OrganisationRow } from "../database/entities/organisation.ts";

/** `exhausted`: it opens everything, and no run is left. */
export const KEY_STATES = ["active", "exhausted", "suspended", "expired", "revoked"] as const;
export type KeyState = (typeof KEY_STATES)[number];

export function keyState(
  key: CloudKeyRow,
  member: CloudMemberRow,
  organisation: OrganisationRow,
  now: Date = new Date(),
): KeyState {
  if (key.revokedAt) return "revoked";
  if (key.expiresAt && key.expiresAt <= now) return "expired";
  if (member.suspendedAt || organisation.suspendedAt) return "suspended";
  const { quota = null } = key;
  return quota !== null && key.used >= quota ? "exhausted" : "active";
}

/** Admin keys of members that are no longer admins see what is theirs. */
export const seesOrganisation = (key: CloudKeyRow, member: CloudMemberRow): boolean =>
  key.isAdmin && member.role === "admin";
