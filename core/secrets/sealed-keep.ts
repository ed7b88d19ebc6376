// Keeps sealed values of plugins in the database, so that every hub of the site has them.
import { createHash } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Keep } from "@thalamus/sdk";
import { KeptValue } from "../database/entities/kept-value.ts";
import { SealedValueError, type Sealer } from "./seal.ts";

export class SealedKeep implements Keep {
  readonly #orm: MikroORM;
  readonly #sealer: Sealer;
  readonly #plugin: string;

  /** @param plugin name of the entry whose values these are */
  constructor(orm: MikroORM, sealer: Sealer, plugin: string) {
    this.#orm = orm;
    this.#sealer = sealer;
    this.#plugin = plugin;
  }

  async put(name: string, value: string, seconds?: number): Promise<void> {
    const em = this.#orm.em.fork();
    // whoever adds one also clears away, so that no clock is needed
    await em.nativeDelete(KeptValue, { expiresAt: { $lt: new Date() } });
    await em.upsert(KeptValue, this.#row(name, value, seconds));
  }

  async get(name: string, seconds?: number): Promise<string | undefined> {
    const em = this.#orm.em.fork();
    const nameHash = this.#hash(name);
    const row = await em.findOne(KeptValue, { nameHash });
    if (!row || (row.expiresAt && row.expiresAt.getTime() <= Date.now())) return undefined;
    const value = this.#open(row.sealed, nameHash);
    if (value !== undefined && seconds !== undefined) {
      const end = Date.now() + seconds * 1000;
      const gained = end - (row.expiresAt?.getTime() ?? 0);
      if (gained > seconds * 50) await em.nativeUpdate(KeptValue, { nameHash }, { expiresAt: new Date(end) });
    }
    return value;
  }

  async once(name: string, make: () => Promise<string>): Promise<string> {
    const found = await this.get(name);
    if (found !== undefined) return found;
    const row = this.#row(name, await make());
    const kept = await this.#orm.em.fork().transactional(async (em) => {
      await em.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", [row.nameHash]);
      const there = await em.findOne(KeptValue, { nameHash: row.nameHash });
      // one that cannot be opened any more is as good as none
      if (there && this.#open(there.sealed, row.nameHash) !== undefined) return there.sealed;
      await em.upsert(KeptValue, row);
      return row.sealed;
    });
    return this.#sealer.open(kept, place(row.nameHash));
  }

  async forget(name: string): Promise<void> {
    await this.#orm.em.fork().nativeDelete(KeptValue, { nameHash: this.#hash(name) });
  }

  #row(name: string, value: string, seconds?: number) {
    const nameHash = this.#hash(name);
    const sealed = this.#sealer.seal(value, place(nameHash));
    const expiresAt = seconds === undefined ? null : new Date(Date.now() + seconds * 1000);
    return { nameHash, plugin: this.#plugin, sealed, expiresAt };
  }

  #open(sealed: string, nameHash: string): string | undefined {
    try {
      return this.#sealer.open(sealed, place(nameHash));
    } catch (error) {
      if (error instanceof SealedValueError) return undefined;
      throw error;
    }
  }

  #hash(name: string): string {
    return createHash("sha256")
      .update(JSON.stringify([this.#plugin, name]))
      .digest("hex");
  }
}

const place = (row: string) => ({ table: "kept_value", row, column: "sealed" });
