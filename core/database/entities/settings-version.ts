// One version of the settings that all hubs of a database share; the newest one counts.
import { defineEntity, type InferEntity, p } from "@mikro-orm/core";

export const SETTINGS_ORIGINS = ["file", "console", "import", "restore"] as const;
export type SettingsOrigin = (typeof SETTINGS_ORIGINS)[number];

/** Names of the fields that a version changed, by section; never a value. */
export type ChangedFields = Readonly<Record<string, readonly string[]>>;

export const SettingsVersion = defineEntity({
  name: "SettingsVersion",
  tableName: "settings_version",
  properties: {
    number: p.integer().primary(),
    /** As it is written, without defaults; secrets are sealed where they stand. */
    document: p.json<Record<string, unknown>>(),
    origin: p.enum(SETTINGS_ORIGINS),
    /** The account, or `hub` for an import of the file at the start. */
    madeBy: p.string(),
    madeAt: p.datetime(6).defaultRaw("now()"),
    comment: p.text().nullable(),
    /** SHA-256 of the shared part of the file, where it was imported from one. */
    fileHash: p.string().length(64).nullable(),
    changes: p.json<ChangedFields>(),
    /** When a hub first worked with it. */
    provenAt: p.datetime(6).nullable(),
    /** Why a hub could not start with it. */
    problem: p.text().nullable(),
  },
});

export type SettingsVersionRow = InferEntity<typeof SettingsVersion>;
