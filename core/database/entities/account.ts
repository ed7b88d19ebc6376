// Who may sign in, and the sessions that are open.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const Account = defineEntity({
  name: "Account",
  tableName: "account",
  properties: {
    id: p.uuid().primary(),
    name: p.string().unique(),
    /** argon2id in PHC string form. */
    passwordHash: p.text(),
    role: p.enum(["admin", "user"] as const),
    createdAt: p.datetime(6).defaultRaw("now()"),
    passwordChangedAt: p.datetime(6).defaultRaw("now()"),
  },
});

export const Session = defineEntity({
  name: "Session",
  tableName: "session",
  indexes: [{ properties: ["account"] }],
  properties: {
    /** SHA-256 of the cookie's token; the token itself is nowhere on disk. */
    tokenHash: p.character().length(64).primary(),
    account: () => p.manyToOne(Account).deleteRule("cascade"),
    createdAt: p.datetime(6).defaultRaw("now()"),
    lastSeenAt: p.datetime(6).defaultRaw("now()"),
  },
});

export type AccountRow = InferEntity<typeof Account>;
export type SessionRow = InferEntity<typeof Session>;
