// A site to be hurt: a folder, a configuration, a database of its own, and what its senders know.
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { stringify } from "yaml";
import type { SeededRandom } from "../../../sdk/testing/seeded-random.ts";
import { audit, type Damage, leftBehind } from "./audit.ts";
import { Fleet } from "./fleet.ts";
import { crashSiteConfig } from "./killable-hub.ts";
import type { KillablePostgres } from "./killable-postgres.ts";
import { Modalities } from "./modalities.ts";
import { SentBooks } from "./sent-books.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const CONFIG_FILE = "hub.yaml";
const QUIET_MS = 60_000;
/** A hub tries every two seconds again what its database did not take; what is amiss after this stays so. */
const REPAIRED_MS = 10_000;
const LOOK_MS = 50;

export interface SiteOptions {
  readonly random: SeededRandom;
  readonly postgres: KillablePostgres;
  readonly senders: number;
  /** Where the hub's files go instead of the site's own folder. */
  readonly dataFolder?: string;
  readonly intake?: object;
  /** DIMSE statuses with which the hub may refuse beside 0xA700 (out of resources). */
  readonly alsoRefusedWith?: readonly number[];
}

export class CrashSite implements AsyncDisposable {
  readonly fleet: Fleet;
  readonly books: SentBooks;
  readonly random: SeededRandom;
  readonly #options: SiteOptions;
  readonly #folder: TemporaryFolder;
  readonly #files: string;
  readonly #databaseUrl: string;
  #nextStudy = 1;
  #known: Damage = { lost: 0, corrupt: 0, doubled: 0, orphans: 0 };

  private constructor(
    options: SiteOptions,
    folder: TemporaryFolder,
    dataFolder: string,
    databaseUrl: string,
  ) {
    this.#options = options;
    this.random = options.random;
    this.books = new SentBooks([0xa700, ...(options.alsoRefusedWith ?? [])]);
    this.#folder = folder;
    this.#files = join(dataFolder, "files");
    this.#databaseUrl = databaseUrl;
    const place = { folder: folder.path, configFile: join(folder.path, CONFIG_FILE), databaseUrl };
    this.fleet = new Fleet(place, options.random);
  }

  static async make(options: SiteOptions): Promise<CrashSite> {
    const folder = new TemporaryFolder("thalamus-crash-");
    const dataFolder = options.dataFolder ?? join(folder.path, "data");
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(join(folder.path, CONFIG_FILE), stringify(crashSiteConfig(dataFolder, options.intake)));
    const name = `crash_${randomUUID().replaceAll("-", "")}`;
    await using admin = await connected(options.postgres.urlOf("postgres"));
    await admin.client.query(`create database "${name}"`);
    return new CrashSite(options, folder, dataFolder, options.postgres.urlOf(name));
  }

  /** New senders with studies of their own. */
  modalities(): Modalities {
    const { senders } = this.#options;
    const { fleet, books, random } = this;
    return new Modalities({ fleet, books, random, senders, firstStudy: this.#nextStudy });
  }

  /**
   * Waits until every study is processed and nothing is open, then compares.
   * @returns the damage that was not there before
   * @throws Error when it does not come to rest
   */
  async settled(modalities: Modalities): Promise<Damage> {
    this.#nextStudy = modalities.nextStudy;
    await using database = await connected(this.#databaseUrl);
    const before = this.#known;
    const giveUp = Date.now() + REPAIRED_MS;
    for (;;) {
      await this.#rest(database.client);
      const living = this.fleet.living.map(({ id }) => id);
      const now = await audit(database.client, this.#files, living, this.books.objects, modalities.studies);
      this.#known = now;
      const damage = {
        lost: now.lost - before.lost,
        corrupt: now.corrupt - before.corrupt,
        doubled: now.doubled - before.doubled,
        orphans: now.orphans - before.orphans,
      };
      const isGood = Object.values(damage).every((count) => count === 0);
      if (isGood || Date.now() > giveUp) return damage;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** @throws Error when it does not come to rest */
  async #rest(database: pg.Client): Promise<void> {
    const giveUp = Date.now() + QUIET_MS;
    for (;;) {
      const pending = await this.#pending(database);
      if (pending === "") return;
      if (Date.now() > giveUp) throw new Error(`the site does not come to rest: ${pending}\n${this.#logs()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  /** What keeps the site from resting; an empty text when nothing does. */
  async #pending(database: pg.Client): Promise<string> {
    const living = this.fleet.living.map(({ id }) => id);
    const { rows } = await database.query<{ what: string; n: string }>(
      `select 'open associations' as what, count(*) as n from open_association
       union all select 'studies ' || status, count(*) from study
         where status not in ('processed', 'delivered') group by status
       union all select 'steps ' || state, count(*) from step where state not in ('done', 'cancelled')
         group by state
       union all select 'dead hubs', count(*) from hub_process where ended_at is null and id <> all($1::uuid[])`,
      [living],
    );
    const counts = rows.filter(({ n }) => Number(n) > 0).map(({ what, n }) => `${n} ${what}`);
    const incoming = leftBehind(this.#files, living).length;
    if (incoming > 0) counts.push(`${incoming} incoming files`);
    return counts.join(", ");
  }

  #logs(): string {
    return this.fleet.living
      .map(({ id, log, crash }) => crash ?? `hub ${id}:\n${log.slice(-2000)}`)
      .join("\n");
  }
}

async function connected(url: string): Promise<AsyncDisposable & { client: pg.Client }> {
  const client = new pg.Client(url);
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end() };
}
