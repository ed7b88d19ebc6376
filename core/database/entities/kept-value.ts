// What plugins keep: sealed values by name, forgotten at their end.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const KeptValue = defineEntity({
  name: "KeptValue",
  tableName: "kept_value",
  indexes: [{ properties: ["expiresAt"] }],
  properties: {
    /** SHA-256 of the plugin entry's name and the value's; a name may be a secret, too. */
    nameHash: p.character().length(64).primary(),
    /** Name of the plugin entry. */
    plugin: p.string().length(100),
    sealed: p.text(),
    createdAt: p.datetime(6).defaultRaw("now()"),
    /** Null: kept for ever. */
    expiresAt: p.datetime(6).nullable(),
  },
});

export type KeptValueRow = InferEntity<typeof KeptValue>;
