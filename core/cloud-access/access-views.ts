// Reads organisations with their members and keys for screens.
import type { EntityManager } from "@mikro-orm/postgresql";
import { CloudKey, type CloudKeyRow } from "../database/entities/cloud-key.ts";
import {
  CloudMember,
  type CloudMemberRow,
  Organisation,
  type OrganisationRow,
} from "../database/entities/organisation.ts";
import { type KeyState, keyState, seesOrganisation } from "./key-state.ts";

/** What an organisation has. */
export interface Holdings {
  readonly members: number;
  /** Neither revoked nor expired. */
  readonly keys: number;
  readonly products: number;
  readonly agents: number;
  /** Counted within the last 30 days. */
  readonly runs: number;
}

export interface OrganisationView {
  readonly organisation: OrganisationRow;
  readonly holdings: Holdings;
}

export interface KeyView {
  readonly key: CloudKeyRow;
  readonly member: CloudMemberRow;
  readonly state: KeyState;
  readonly isAdmin: boolean;
}

const PLACES: Readonly<Record<KeyState, number>> = {
  active: 0,
  exhausted: 0,
  suspended: 1,
  expired: 2,
  revoked: 3,
};

const HOLDINGS = `
select o.id,
    (select count(*)::int from cloud_member m where m.organisation_id = o.id) as members,
    (select count(*)::int from cloud_key k join cloud_member m on m.id = k.member_id
      where m.organisation_id = o.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())) as keys,
    (select count(*)::int from entitlement e where e.organisation_id = o.id) as products,
    (select count(*)::int from agent a where a.organisation_id = o.id) as agents,
    (select count(*)::int from key_use u join cloud_key k on k.id = u.key_id join cloud_member m on m.id = k.member_id
      where m.organisation_id = o.id and u.at > now() - interval '30 days') as runs
  from organisation o where o.id in (?)`;

/** By name. */
export async function listOrganisations(
  em: EntityManager,
  page: number,
  perPage: number,
): Promise<{ readonly views: OrganisationView[]; readonly total: number }> {
  const slice = { orderBy: { name: "asc" }, limit: perPage, offset: (page - 1) * perPage } as const;
  const [rows, total] = await em.findAndCount(Organisation, {}, slice);
  return { views: await viewsOf(em, rows), total };
}

export async function findOrganisation(em: EntityManager, id: string): Promise<OrganisationView | undefined> {
  const organisation = await em.findOne(Organisation, id);
  return organisation ? (await viewsOf(em, [organisation]))[0] : undefined;
}

/** By name. */
export const listMembers = (em: EntityManager, organisation: string): Promise<CloudMemberRow[]> =>
  em.find(CloudMember, { organisation }, { orderBy: { name: "asc" } });

/** Those that work first, then those that may work again; the newest first. */
export async function listKeys(em: EntityManager, organisation: string): Promise<KeyView[]> {
  const newest = { populate: ["member.organisation"], orderBy: { createdAt: "desc" } } as const;
  const keys = await em.find(CloudKey, { member: { organisation } }, newest);
  return keys.map(viewOf).toSorted((one, other) => PLACES[one.state] - PLACES[other.state]);
}

export async function findKey(em: EntityManager, id: string): Promise<KeyView | undefined> {
  const key = await em.findOne(CloudKey, id, { populate: ["member.organisation"] });
  return key ? viewOf(key) : undefined;
}

async function viewsOf(em: EntityManager, rows: readonly OrganisationRow[]): Promise<OrganisationView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const counted = await em.execute<(Holdings & { readonly id: string })[]>(HOLDINGS, [ids]);
  const byId = new Map(counted.map(({ id, ...holdings }) => [id, holdings]));
  return rows.map((organisation) => ({ organisation, holdings: byId.get(organisation.id)! }));
}

function viewOf(key: CloudKeyRow): KeyView {
  const member = key.member as CloudMemberRow;
  const state = keyState(key, member, member.organisation as OrganisationRow);
  return { key, member, state, isAdmin: seesOrganisation(key, member) };
}
