// Who may sign in, with which role, and the sessions and keys that are open.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

/** How somebody came in: with a password of the hub, or by single sign-on. */
export const ACCOUNT_SOURCES = ["local", "saml", "oidc"] as const;
export type AccountSource = (typeof ACCOUNT_SOURCES)[number];

export const Account = defineEntity({
  name: "Account",
  tableName: "account",
  uniques: [{ properties: ["source", "subject"] }],
  properties: {
    id: p.uuid().primary(),
    name: p.string().unique(),
    source: p.enum(ACCOUNT_SOURCES).default("local"),
    /** Who it is at the identity provider: its name there and the NameID or `sub`; null for a local account. */
    subject: p.text().nullable(),
    /** argon2id in PHC string form; null: it has no password here. */
    passwordHash: p.text().nullable(),
    /** One of the hub's own roles or of `site_role`. */
    role: p.string(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    passwordChangedAt: p.datetime(6).defaultRaw("now()"),
    lastSignInAt: p.datetime(6).nullable(),
    disabledAt: p.datetime(6).nullable(),
  },
});

export const SiteRole = defineEntity({
  name: "SiteRole",
  tableName: "site_role",
  properties: {
    name: p.string().length(63).primary(),
    title: p.string(),
    permissions: p.array(),
    createdAt: p.datetime(6).defaultRaw("now()"),
  },
});

/** `break-glass`: with a password although single sign-on alone is the rule. */
export const SESSION_DOORS = ["password", "break-glass", "saml", "oidc"] as const;
export type SessionDoor = (typeof SESSION_DOORS)[number];

export const Session = defineEntity({
  name: "Session",
  tableName: "session",
  indexes: [{ properties: ["account"] }, { properties: ["nameId"] }],
  properties: {
    /** SHA-256 of the cookie's token; the token itself is nowhere on disk. */
    tokenHash: p.character().length(64).primary(),
    /** What lists and revocations call it by. */
    id: p.uuid().unique().defaultRaw("gen_random_uuid()"),
    account: () => p.manyToOne(Account).deleteRule("cascade"),
    door: p.enum(SESSION_DOORS).default("password"),
    /** Of the settings of single sign-on that let it in; with other settings it has ended. */
    settingsPrint: p.string().length(64).nullable(),
    remoteAddress: p.string().length(64).default(""),
    /** What the browser calls itself, shortened. */
    device: p.string().length(200).default(""),
    /** Who it is at the identity provider, and which session there, for single logout. */
    nameId: p.text().nullable(),
    nameIdFormat: p.text().nullable(),
    sessionIndex: p.text().nullable(),
    /** Sealed; OpenID Connect wants it back at logout. */
    idToken: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    lastSeenAt: p.datetime(6).defaultRaw("now()"),
  },
});

export const ApiKey = defineEntity({
  name: "ApiKey",
  tableName: "api_key",
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(100),
    /** Who made it; it may never do more than that account. */
    account: () => p.manyToOne(Account).deleteRule("cascade"),
    /** SHA-256 of the key; the key is shown once and is nowhere on disk. */
    keyHash: p.character().length(64).unique(),
    /** Its first characters, to know it by. */
    hint: p.string().length(16),
    scopes: p.array(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    expiresAt: p.datetime(6).nullable(),
    lastUsedAt: p.datetime(6).nullable(),
    revokedAt: p.datetime(6).nullable(),
  },
});

export type AccountRow = InferEntity<typeof Account>;
export type SiteRoleRow = InferEntity<typeof SiteRole>;
export type SessionRow = InferEntity<typeof Session>;
export type ApiKeyRow = InferEntity<typeof ApiKey>;
