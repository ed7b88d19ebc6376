// What the pages of organisations ask of the hub.
import type {
  GetUsageAnswer,
  ListCloudKeysAnswer,
  ListEntitlementsAnswer,
  ListMembersAnswer,
  ListOrganisationsAnswer,
  OrganisationInfo,
} from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

/** First part of the keys, by which live changes find what was read. */
const NAME = "organisations";
const pathOf = (id: string): string => `/api/organisations/${encodeURIComponent(id)}`;

export const useOrganisations = (page: number, perPage: number) =>
  useReading<ListOrganisationsAnswer>(NAME, "/api/organisations", { query: { page, perPage } });
export const useOrganisation = (id: string) => useReading<OrganisationInfo>(NAME, pathOf(id));
export const useMembers = (id: string) => useReading<ListMembersAnswer>(NAME, `${pathOf(id)}/members`);
export const useKeys = (id: string) => useReading<ListCloudKeysAnswer>(NAME, `${pathOf(id)}/keys`);
export const useEntitlements = (id: string) =>
  useReading<ListEntitlementsAnswer>(NAME, `${pathOf(id)}/entitlements`);

/** Both days included, in UTC: `2026-11-30`. */
export interface UsageDays {
  readonly from: string;
  readonly until: string;
}

export const useUsage = (id: string, { from, until }: UsageDays) =>
  useReading<GetUsageAnswer>(NAME, `${pathOf(id)}/usage`, { query: { from, until } });
export const usageFile = (id: string, { from, until }: UsageDays): string =>
  `${pathOf(id)}/usage.csv?${new URLSearchParams({ from, until })}`;

/** The first of the month until today. */
export function thisMonth(now: Date = new Date()): UsageDays {
  const until = now.toISOString().slice(0, 10);
  return { from: `${until.slice(0, 8)}01`, until };
}
