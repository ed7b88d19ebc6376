// Makes a new version of the settings out of the newest one, after every check, and has it taken over.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { ConfigProblem } from "../config/config-problem.ts";
import type { HubConfig } from "../config/hub-config.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { SettingsOrigin, SettingsVersionRow } from "../database/entities/settings-version.ts";
import type { Service } from "../plugins/plugin-scope.ts";
import { placed, type SettingsFrame } from "./candidate.ts";
import { requireAllowed } from "./closed-fields.ts";
import { differingSections } from "./differing-sections.ts";
import { sealedDocument } from "./import-file.ts";
import type { JsonObject } from "./json-values.ts";
import type { LiveSettings } from "./live-settings.ts";
import type { SettingsSecrets } from "./sealed-secrets.ts";
import type { SettingsSections } from "./sections.ts";
import type { Author } from "./settings-author.ts";
import { SettingsRefusal } from "./settings-refusal.ts";
import type { SettingsStore } from "./settings-store.ts";
import { sharedPart } from "./shared-part.ts";

/** What a part of the hub has against new settings that no schema knows, such as that nobody could sign in any more. */
export type SettingsGuard = (before: HubConfig, after: HubConfig) => Promise<readonly ConfigProblem[]>;

export interface DeskParts {
  readonly file: LoadedConfig;
  readonly orm: MikroORM;
  readonly store: SettingsStore;
  readonly secrets: SettingsSecrets;
  readonly frame: SettingsFrame;
  readonly sections: SettingsSections;
  readonly live: LiveSettings;
  readonly services: readonly Service[];
  readonly guards: readonly SettingsGuard[];
}

export interface Commit {
  readonly origin: SettingsOrigin;
  readonly author: Author;
  readonly comment?: string | undefined;
  /** Entry that must be right even if it is optional. */
  readonly edited?: string | undefined;
  /** @throws SettingsRefusal */
  make(newest: SettingsVersionRow): JsonObject | Promise<JsonObject>;
}

export const isReadOnly = ({ file }: DeskParts): boolean => file.config.settings.source === "file";

/** The newest document; of a hub that lives from its file, the file with its secrets sealed. */
export async function newestDocument(parts: DeskParts): Promise<{ version: number; document: JsonObject }> {
  const newest = isReadOnly(parts) ? undefined : await parts.store.newest();
  if (newest) return { version: newest.number, document: newest.document };
  const { file, live, secrets } = parts;
  return { version: 0, document: sealedDocument(sharedPart(file.raw), live.registry, secrets, []) };
}

/**
 * @returns the number of the version that counts now: the same as before when nothing would change
 * @throws SettingsRefusal with every problem
 */
export async function commit(parts: DeskParts, wanted: Commit): Promise<number> {
  if (isReadOnly(parts)) {
    throw new SettingsRefusal(
      "read-only",
      "This hub lives from its file alone (settings.source). Change the file.",
    );
  }
  const { store, live } = parts;
  const { origin, author, comment, edited } = wanted;
  const row = await store.append(async (newest) => {
    if (!newest) throw new SettingsRefusal("not-there", "There is no version of the settings yet.");
    const document = await wanted.make(newest);
    const changes = differingSections(newest.document, document);
    if (Object.keys(changes).length === 0) return undefined;
    const sighted = (one: JsonObject) => ({ document: one, sections: parts.sections.of(one) });
    requireAllowed(sighted(newest.document), sighted(document), author);
    await requireGood(parts, document, edited);
    return { document, origin, madeBy: author.name, changes, comment };
  });
  if (row) await live.applyNewest();
  return row?.number ?? (await store.newest())?.number ?? 0;
}

/** @throws SettingsRefusal */
async function requireGood(parts: DeskParts, document: JsonObject, edited?: string): Promise<void> {
  const found = await problemsIn(parts, document, edited);
  if (found.length === 0) return;
  const problems = placed(found, parts.sections.of(document));
  throw new SettingsRefusal("invalid", "The settings are not right. Nothing was changed.", { problems });
}

/** Everything that speaks against a document: what keeps a hub from starting, and what its parts have against it. */
export async function problemsIn(
  { frame, services, live, guards }: DeskParts,
  document: JsonObject,
  edited?: string,
): Promise<readonly ConfigProblem[]> {
  const checked = await frame.check(document, services, edited);
  if (!("registry" in checked)) return checked;
  const asked = guards.map((guard) => guard(live.config, checked.loaded.config));
  return (await Promise.all(asked)).flat();
}
