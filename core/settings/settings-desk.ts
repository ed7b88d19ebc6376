// What people do with the settings: read them, change a section, look back, restore, add and remove plugin entries.
import type { SettingsVersionRow } from "../database/entities/settings-version.ts";
import { journal } from "../observe/journal.ts";
import {
  closedPlaces,
  isAt,
  openDocument,
  openSchema,
  openValue,
  withClosed,
  withClosedOf,
} from "./closed-fields.ts";
import {
  type Commit,
  commit,
  type DeskParts,
  isReadOnly,
  newestDocument,
  problemsIn,
} from "./commit-settings.ts";
import { type SectionChanges, shownChanges } from "./differing-sections.ts";
import { addEntry, type EntryOrder, type NewEntry, removeEntry, renameEntry } from "./edit-entries.ts";
import { withFormDefaults } from "./form-schema.ts";
import { fieldChanges, type JsonObject, writtenAs } from "./json-values.ts";
import { runAction } from "./run-action.ts";
import { resolvedSecrets, shownSecrets, UnknownSecret } from "./sealed-secrets.ts";
import { type ActionAnswer, type Section, sectionValue, withSectionValue } from "./sections.ts";
import { type Author, forbidden, mayTouch } from "./settings-author.ts";
import {
  exportSettings,
  type ImportPreview,
  importSettings,
  type SettingsFile,
} from "./settings-exchange.ts";
import { SettingsRefusal } from "./settings-refusal.ts";
import type { VersionSummary } from "./settings-store.ts";
import { waitingFields } from "./waiting-fields.ts";

/** A section as a screen shows it. */
export interface SectionView extends Section {
  /** With defaults; secrets are references. */
  readonly value: unknown;
  /** Fields whose saved value takes effect at the next start. */
  readonly waiting: readonly string[];
}

export interface SettingsView {
  /** The newest one; what is saved has to name it. 0: the file alone counts. */
  readonly version: number;
  readonly readOnly: boolean;
  readonly sections: readonly SectionView[];
  /** The newest version is not the one this hub works with. */
  readonly trouble: { readonly version: number; readonly problem: string } | undefined;
  readonly running: number | undefined;
}

export interface SectionSave {
  readonly section: string;
  /** That the person began with. */
  readonly version: number;
  readonly value: JsonObject;
  readonly comment?: string | undefined;
  readonly author: Author;
}

/** A button of a section, with values that nobody has saved. */
export interface SectionTry extends Pick<SectionSave, "section" | "value" | "author"> {
  readonly action: string;
  /** Field or entry of a list that the button stands at. */
  readonly item?: string | undefined;
}

export class SettingsDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** @param visitor sections that are closed to them are left out */
  async view(visitor: Pick<Author, "permissions">): Promise<SettingsView> {
    const { sections, live } = this.#parts;
    const { version, document } = await newestDocument(this.#parts);
    const open = sections.of(document).filter((section) => mayTouch(section, visitor));
    const views = open.map((section) => {
      const closed = closedPlaces(section, visitor);
      const { schema, actions = [] } = section;
      return {
        ...section,
        schema: openSchema(schema, closed),
        actions: actions.filter(({ at }) => at === undefined || !isAt(closed, at)),
        value: section.problem ? {} : shownSecrets(openValue(filled(document, section), closed)),
        waiting: waitingFields(section, live.started, live.config).filter((field) => !isAt(closed, field)),
      };
    });
    return {
      ...{ version, sections: views, readOnly: isReadOnly(this.#parts) },
      ...{ trouble: live.trouble, running: live.version },
    };
  }

  /** @returns the number of the version that counts now @throws SettingsRefusal */
  async save({ section: id, version, value, comment, author }: SectionSave): Promise<number> {
    return commit(this.#parts, {
      ...{ origin: "console", author, comment },
      ...(id.startsWith("entry.") ? { edited: id.slice("entry.".length) } : {}),
      make: async (newest) => {
        const section = this.#section(newest.document, id, author);
        await this.#requireUnchanged(section, version, newest, author);
        return this.#withValue(newest.document, section, value, author);
      },
    });
  }

  /** Tries something with settings that nobody has saved. @throws SettingsRefusal */
  async act({ section: id, action, item, value, author }: SectionTry): Promise<ActionAnswer> {
    const { document } = await newestDocument(this.#parts);
    const section = this.#section(document, id, author);
    const closed = closedPlaces(section, author);
    if (item !== undefined && isAt(closed, item)) throw forbidden(section, closed[0]?.needs ?? "");
    const changed = this.#withValue(document, section, value, author);
    const run = { section, action, item, document: changed, actor: author.name };
    const { values, ...answer } = await runAction(this.#parts, run);
    return values === undefined ? answer : { ...answer, values: openValue(values, closed) as JsonObject };
  }

  history(limit: number, before?: number): Promise<VersionSummary[]> {
    return this.#parts.store.history(limit, before);
  }

  /** What `to` has otherwise than `from`, as far as who asks may see it; secrets are references. @throws SettingsRefusal */
  async difference(from: number, to: number, visitor: Pick<Author, "permissions">): Promise<SectionChanges> {
    const [before, after] = [await this.#version(from), await this.#version(to)];
    return shownChanges(this.#open(before.document, visitor), this.#open(after.document, visitor));
  }

  /** Makes a new version with the content of an old one. @throws SettingsRefusal */
  async restore(number: number, author: Author, comment?: string): Promise<number> {
    const old = await this.#version(number);
    return this.#commit("restore", author, () => old.document, comment ?? `Version ${number}`);
  }

  addEntry(entry: NewEntry, author: Author): Promise<number> {
    const make = (document: JsonObject) => addEntry(this.#parts, document, entry);
    return this.#commit("console", author, make, undefined, entry.name);
  }

  removeEntry(order: EntryOrder, author: Author): Promise<number> {
    return this.#commit("console", author, (document) => removeEntry(this.#parts, document, order));
  }

  renameEntry(order: EntryOrder & { readonly to: string }, author: Author): Promise<number> {
    return this.#commit("console", author, (document) => renameEntry(this.#parts, document, order));
  }

  /**
   * What the author may not see is not in it.
   * @param passphrase seals the secrets for the way; without one they are left out
   */
  async export(passphrase: string | undefined, author: Author): Promise<string> {
    const { version, document } = await newestDocument(this.#parts);
    const detail = { version, secrets: passphrase !== undefined };
    await journal(this.#parts.orm.em.fork(), { event: "settings.exported", actor: author.name, detail });
    return exportSettings(this.#parts, { version, document: this.#open(document, author) }, passphrase);
  }

  /** @throws SettingsRefusal */
  async previewImport(file: SettingsFile, author: Author): Promise<ImportPreview> {
    const { version, document } = await newestDocument(this.#parts);
    const wanted = this.#imported(document, file, author);
    const found = await problemsIn(this.#parts, wanted);
    const problems = found.map(({ path, message }) => ({ path, message }));
    const changes = shownChanges(this.#open(document, author), this.#open(wanted, author));
    return { version, changes, problems };
  }

  /**
   * @param version that the author has seen compared with the file; what others changed since is not written over
   * @throws SettingsRefusal
   */
  import(file: SettingsFile, author: Author, version?: number): Promise<number> {
    return commit(this.#parts, {
      ...{ origin: "import", author },
      make: ({ number, madeBy, document }) => {
        if (version !== undefined && version !== number) throw changedMeanwhile(madeBy);
        return this.#imported(document, file, author);
      },
    });
  }

  #imported(document: JsonObject, file: SettingsFile, author: Author): JsonObject {
    const wanted = importSettings(this.#parts, document, file);
    return withClosedOf(document, wanted, (one) => this.#parts.sections.of(one), author);
  }

  #open(document: JsonObject, visitor: Pick<Author, "permissions">): JsonObject {
    return openDocument(document, this.#parts.sections.of(document), visitor);
  }

  #commit(
    origin: Commit["origin"],
    author: Author,
    make: (document: JsonObject) => JsonObject | Promise<JsonObject>,
    comment?: string,
    edited?: string,
  ): Promise<number> {
    return commit(this.#parts, { origin, author, comment, edited, make: ({ document }) => make(document) });
  }

  #section(document: JsonObject, id: string, author: Author): Section {
    const section = this.#parts.sections.of(document).find((one) => one.id === id);
    if (!section || section.problem !== undefined) {
      throw new SettingsRefusal("not-there", section?.problem ?? "There is no such section.");
    }
    if (!mayTouch(section, author)) throw forbidden(section, section.schema["x-ui"]?.visibleTo ?? "");
    return section;
  }

  async #version(number: number): Promise<SettingsVersionRow> {
    const row = await this.#parts.store.version(number);
    if (!row) throw new SettingsRefusal("not-there", "There is no such version of the settings.");
    return row;
  }

  /** Others may have saved other sections meanwhile. */
  async #requireUnchanged(
    section: Section,
    version: number,
    newest: SettingsVersionRow,
    author: Author,
  ): Promise<void> {
    if (version === newest.number) return;
    const base = (await this.#version(version)).document;
    const then = this.#parts.sections.of(base).find(({ id }) => id === section.id);
    const closed = closedPlaces(section, author);
    const before = then ? openValue(filled(base, then), closed) : {};
    const fields = fieldChanges(before, openValue(filled(newest.document, section), closed));
    if (fields.length === 0) return;
    const { number, madeBy, madeAt } = newest;
    const shown = fields.map((one) => ({
      ...{ field: one.field, before: shownSecrets(one.before), after: shownSecrets(one.after) },
    }));
    throw new SettingsRefusal("conflict", `${madeBy} has changed this section meanwhile.`, {
      conflict: { version: number, madeBy, madeAt, fields: shown },
    });
  }

  #withValue(document: JsonObject, section: Section, value: JsonObject, author: Author): JsonObject {
    const stored = sectionValue(document, section);
    const shown = filled(document, section);
    try {
      const whole = withClosed(resolvedSecrets(value, stored) as JsonObject, shown, section, author);
      const written = writtenAs(stored, shown, whole);
      return withSectionValue(document, section, this.#parts.secrets.sealIn(written, section.schema));
    } catch (error) {
      if (!(error instanceof UnknownSecret)) throw error;
      throw new SettingsRefusal("invalid", error.message, {
        problems: [{ section: section.id, path: "", message: error.message }],
      });
    }
  }
}

const changedMeanwhile = (madeBy: string): SettingsRefusal =>
  new SettingsRefusal(
    "conflict",
    `${madeBy} has changed the settings meanwhile. Look again at what would change.`,
  );

const filled = (document: JsonObject, section: Section): unknown =>
  withFormDefaults(section.schema, sectionValue(document, section));
