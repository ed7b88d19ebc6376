// The versions of the settings in the database: a numbered sequence that only grows; the newest one counts.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { AdvisoryLock } from "../database/advisory-locks.ts";
import {
  type ChangedFields,
  type SettingsOrigin,
  SettingsVersion,
  type SettingsVersionRow,
} from "../database/entities/settings-version.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { JsonObject } from "./json-values.ts";

/** Channel of NOTIFY that tells all hubs of a new version; the payload is its number. */
export const SETTINGS_CHANNEL = "thalamus_settings";

export interface NewVersion {
  readonly document: JsonObject;
  readonly origin: SettingsOrigin;
  readonly madeBy: string;
  readonly changes: ChangedFields;
  readonly comment?: string | undefined;
  readonly fileHash?: string | undefined;
}

/** A version without its document. */
export type VersionSummary = Pick<
  SettingsVersionRow,
  "number" | "origin" | "madeBy" | "madeAt" | "comment" | "changes" | "provenAt" | "problem"
>;

/** Any number: one version is made at a time. */

export class SettingsStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async newest(): Promise<SettingsVersionRow | undefined> {
    return newestIn(this.#orm.em.fork());
  }

  async version(number: number): Promise<SettingsVersionRow | undefined> {
    return (await this.#orm.em.fork().findOne(SettingsVersion, { number })) ?? undefined;
  }

  /** The newest one that a hub has worked with. */
  async newestProven(): Promise<SettingsVersionRow | undefined> {
    const proven = { provenAt: { $ne: null } };
    const found = await this.#orm.em.fork().findOne(SettingsVersion, proven, { orderBy: { number: "desc" } });
    return found ?? undefined;
  }

  /** Of the shared part of the file that was imported last. */
  async lastFileHash(): Promise<string | undefined> {
    const [row] = await this.#orm.em
      .fork()
      .execute<{ file_hash: string }[]>(
        "select file_hash from settings_version where file_hash is not null order by number desc limit 1",
      );
    return row?.file_hash;
  }

  /** Newest first, without the documents. @param before a number */
  history(limit: number, before?: number): Promise<VersionSummary[]> {
    const where = before === undefined ? {} : { number: { $lt: before } };
    return this.#orm.em
      .fork()
      .find(SettingsVersion, where, { orderBy: { number: "desc" }, limit, exclude: ["document"] });
  }

  /**
   * Makes a version if `make` gives one for the newest there is; nobody else makes one meanwhile. It is journalled,
   * screens hear of it, and every hub applies it.
   * @returns the row, or undefined when `make` wanted none
   */
  async append(
    make: (newest: SettingsVersionRow | undefined) => Promise<NewVersion | undefined>,
  ): Promise<SettingsVersionRow | undefined> {
    return this.#orm.em.fork().transactional(async (em) => {
      await em.execute(`select pg_advisory_xact_lock(${AdvisoryLock.settings})`);
      const newest = await newestIn(em);
      const wanted = await make(newest);
      if (!wanted) return undefined;
      const number = (newest?.number ?? 0) + 1;
      const { comment = null, fileHash = null, ...rest } = wanted;
      const row = em.create(SettingsVersion, {
        ...rest,
        ...{ number, comment, fileHash, document: { ...wanted.document }, madeAt: new Date() },
      });
      await em.flush();
      const detail = { version: number, origin: wanted.origin, sections: wanted.changes };
      await journal(em, { event: "settings.changed", actor: wanted.madeBy, detail });
      await announce(em, { resource: "settings", id: String(number), kind: "created" });
      await em.execute("select pg_notify(?, ?)", [SETTINGS_CHANNEL, String(number)]);
      return row;
    });
  }

  /** A hub works with it. */
  async proven(number: number): Promise<void> {
    const now = new Date();
    await this.#orm.em
      .fork()
      .nativeUpdate(SettingsVersion, { number, provenAt: null }, { provenAt: now, problem: null });
  }

  /** A hub could not start with it, or not take it over as a whole. */
  async failed(number: number, problem: string): Promise<void> {
    await this.#orm.em.fork().transactional(async (em) => {
      await em.nativeUpdate(SettingsVersion, { number }, { problem });
      await journal(em, { event: "settings.not-started", detail: { version: number } });
      await announce(em, { resource: "settings", id: String(number), kind: "updated" });
    });
  }
}

const newestIn = async (em: EntityManager): Promise<SettingsVersionRow | undefined> =>
  (await em.find(SettingsVersion, {}, { orderBy: { number: "desc" }, limit: 1 }))[0];
