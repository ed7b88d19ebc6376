// Who uses the cloud API: organisations, the people and programs that belong to them, and the products they may order.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const MEMBER_ROLES = ["user", "admin"] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export const Organisation = defineEntity({
  name: "Organisation",
  tableName: "organisation",
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(100).unique(),
    /** Days until an order expires; the order desk lets it. */
    orderDays: p.integer().default(30),
    /** None of its keys works. */
    suspendedAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    createdBy: p.string().default(""),
  },
});

/** Holds keys; signs in nowhere. */
export const CloudMember = defineEntity({
  name: "CloudMember",
  tableName: "cloud_member",
  uniques: [{ properties: ["organisation", "name"] }],
  properties: {
    id: p.uuid().primary(),
    organisation: () => p.manyToOne(Organisation).deleteRule("cascade"),
    name: p.string().length(100),
    email: p.string().length(254).nullable(),
    role: p.enum(MEMBER_ROLES).default("user"),
    /** None of its keys works. */
    suspendedAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

/** A product that an organisation may order, and the other names by which its clients may ask for it. */
export const Entitlement = defineEntity({
  name: "Entitlement",
  tableName: "entitlement",
  uniques: [{ properties: ["organisation", "product"] }],
  properties: {
    id: p.uuid().primary(),
    organisation: () => p.manyToOne(Organisation).deleteRule("cascade"),
    /** As the hub calls it. */
    product: p.string().length(100),
    aliases: p.array().defaultRaw("'{}'::text[]"),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

export type OrganisationRow = InferEntity<typeof Organisation>;
export type CloudMemberRow = InferEntity<typeof CloudMember>;
export type EntitlementRow = InferEntity<typeof Entitlement>;
