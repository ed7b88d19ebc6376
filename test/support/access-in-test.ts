// An organisation with a member and a way to make keys, on a database of its own, for tests of who may use the cloud API.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { CloudAccess, CloudCaller } from "@thalamus/sdk";
import { CLOUD_SCOPES } from "@thalamus/sdk/cloud";
import type { KeyForm } from "../../core/cloud-access/keys.ts";
import { type AccessBook, openCloudAccess } from "../../core/cloud-access/open-cloud-access.ts";
import { connect } from "../../core/database/database.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { openLog } from "../../core/observe/log.ts";
import { HubMetrics } from "../../core/observe/metrics.ts";
import { freshDatabase } from "./fresh-database.ts";

export const ACTOR = "admin";
const KEY: KeyForm = { name: "key", scopes: CLOUD_SCOPES, isAdmin: false, quota: null, expiresAt: null };

export class AccessInTest {
  readonly orm: MikroORM;
  readonly url: string;
  readonly book: AccessBook;
  readonly access: CloudAccess;
  readonly metrics = new HubMetrics([], openLog({ level: "error", terminal: false }));
  readonly #offered: Set<string>;

  private constructor(orm: MikroORM, url: string, offered: Set<string>) {
    this.orm = orm;
    this.url = url;
    this.#offered = offered;
    const { book, access } = openCloudAccess(orm, () => offered, this.metrics);
    this.book = book;
    this.access = access;
  }

  static async open(): Promise<AccessInTest> {
    const url = await freshDatabase();
    return new AccessInTest(await connect(url), url, new Set(["dti-metrics", "quick-report"]));
  }

  /** The configuration no longer names it. */
  stopOffering(product: string): void {
    this.#offered.delete(product);
  }

  organisation(name: string): Promise<string> {
    return this.book.organisations.create({ name, orderDays: 30 }, ACTOR);
  }

  async member(organisation: string, name: string, role: "user" | "admin" = "user"): Promise<string> {
    return (await this.book.members.create(organisation, { name, email: null, role }, ACTOR))!.id;
  }

  async key(member: string, form: Partial<KeyForm> = {}): Promise<{ id: string; secret: string }> {
    return (await this.book.keys.create(member, { ...KEY, ...form }, ACTOR))!;
  }

  /** Everything new, and a caller with a key of it. */
  async caller(form: Partial<KeyForm> = {}): Promise<CloudCaller & { readonly secret: string }> {
    const organisation = await this.organisation(`Organisation ${crypto.randomUUID()}`);
    const { secret } = await this.key(await this.member(organisation, "Member", "admin"), form);
    return { ...(await this.access.callerOfSecret(secret))!, secret };
  }

  /** Events about an organisation, in their order. */
  async events(organisation: string): Promise<string[]> {
    const rows = await this.orm.em.fork().find(JournalEntry, {}, { orderBy: { id: "asc" } });
    return rows.filter(({ detail }) => detail["organisation"] === organisation).map(({ event }) => event);
  }

  close(): Promise<void> {
    return this.orm.close();
  }
}
