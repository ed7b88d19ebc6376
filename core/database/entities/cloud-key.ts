// A key of the cloud API, and what was run with it.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { CloudScope } from "@thalamus/sdk/cloud";
import { CloudMember } from "./organisation.ts";

export const CloudKey = defineEntity({
  name: "CloudKey",
  tableName: "cloud_key",
  indexes: [{ properties: ["member"] }],
  // whatever else goes wrong: no run beyond the quota
  checks: [{ name: "cloud_key_quota_check", expression: "quota is null or used <= quota" }],
  properties: {
    /** The client id of OAuth clients. */
    id: p.uuid().primary(),
    // a key that was used stays: bills are made of its uses
    member: () => p.manyToOne(CloudMember).deleteRule("cascade"),
    name: p.string().length(100),
    /** SHA-256 of the secret; the secret itself is nowhere on disk. Lower-case hex. */
    secretHash: p.character().length(64).unique(),
    /** How the secret begins, so that people can tell which one they hold. */
    prefix: p.string().length(16),
    scopes: p.array().$type<CloudScope[]>(),
    isAdmin: p.boolean().default(false),
    /** Runs it is good for; null: without end. */
    quota: p.integer().nullable(),
    used: p.integer().default(0),
    expiresAt: p.datetime(6).nullable(),
    revokedAt: p.datetime(6).nullable(),
    /** Written once a minute at most. */
    lastUsedAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    createdBy: p.string().default(""),
  },
});

/** A run that counted: one product of one order, once. */
export const KeyUse = defineEntity({
  name: "KeyUse",
  tableName: "key_use",
  indexes: [{ properties: ["key", "at"] }],
  properties: {
    /** No foreign key: a use outlives its order. */
    orderId: p.uuid().primary(),
    product: p.string().length(100).primary(),
    key: () => p.manyToOne(CloudKey),
    at: p.datetime(6).defaultRaw("now()"),
  },
});

export type CloudKeyRow = InferEntity<typeof CloudKey>;
export type KeyUseRow = InferEntity<typeof KeyUse>;
