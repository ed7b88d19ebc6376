// results in the cloud that others of the organisation ordered; a list here, the reports stay there.
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { type ExternalOrder as Listed, Transient } from "@thalamus/sdk";
import { ExternalOrder, type ExternalOrderRow } from "../database/entities/cloud.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";
import type { CloudEntry } from "./cloud-entries.ts";

export interface ExternalParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly entries: () => readonly CloudEntry[];
  readonly log: HubLog;
}

export interface ExternalQuery {
  readonly page: number;
  readonly perPage: number;
}

/** A report that was fetched; whoever asked removes it. */
export interface FetchedReport {
  readonly path: string;
  readonly mediaType: string;
  /** To save it under. */
  readonly name: string;
  remove(): Promise<void>;
}

export class ExternalOrderDesk {
  readonly #parts: ExternalParts;

  constructor(parts: ExternalParts) {
    this.#parts = parts;
  }

  chores(): ChoreDeclaration[] {
    return this.#shown().map(({ name }) => ({
      name: `external-orders.${name}`,
      title: `Look for orders of others at ${name}`,
      schedule: "every-5-minutes",
      run: (signal) => this.#look(name, signal),
    }));
  }

  /** Newest first; of clouds whose orders are no longer to be shown, none. */
  async list({ page, perPage }: ExternalQuery): Promise<{ rows: ExternalOrderRow[]; total: number }> {
    const target = this.#shown().map(({ name }) => name);
    const options = {
      orderBy: { updatedAt: "desc", id: "asc" },
      limit: perPage,
      offset: (page - 1) * perPage,
    };
    const em = this.#parts.orm.em.fork();
    const [rows, total] = await em.findAndCount(ExternalOrder, { target }, options as never);
    return { rows, total };
  }

  /** @returns undefined when there is no such report. @throws Transient, Permanent of the plugin */
  async fetch(
    id: string,
    reportType: string,
    actor: string,
    signal: AbortSignal,
  ): Promise<FetchedReport | undefined> {
    const { orm, trees } = this.#parts;
    const em = orm.em.fork();
    const row = await em.findOne(ExternalOrder, id);
    const entry = this.#shown().find(({ name }) => name === row?.target);
    if (!row || !entry || !row.reportTypes.includes(reportType)) return undefined;
    const { remoteId, kind, product, target } = row;
    const detail = { target, order: remoteId, product, type: reportType };
    await journal(em, { event: "external-order.opened", actor, detail });
    const folder = join(trees.work, `external.${randomUUID()}`);
    const remove = () => rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const path = join(folder, "report");
      const order = { id: remoteId, kind, product };
      const { mediaType } = await entry.external.fetch(order, reportType, path, entry.scope, signal);
      const word = kind === "diagnostic" ? "report" : "failure";
      const name = `${remoteId.slice(0, 8)}_${word}.${EXTENSIONS[reportType] ?? "bin"}`;
      return { path, mediaType, name, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  async #look(name: string, signal: AbortSignal): Promise<Readonly<Record<string, number>>> {
    const entry = this.#shown().find((one) => one.name === name);
    if (!entry) return {};
    const { orm, log } = this.#parts;
    const [last] = await orm.em
      .fork()
      .find(ExternalOrder, { target: name }, { orderBy: { updatedAt: "desc" }, limit: 1 });
    let orders = 0;
    try {
      for await (const page of entry.external.list(last?.updatedAt, entry.scope, signal)) {
        orders += await orm.em.fork().transactional((em) => this.#keep(em, name, page));
      }
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      log.warn("external-orders.not-listed", { target: name, code: error.code });
    }
    return orders > 0 ? { orders } : {};
  }

  /** @returns how many are new */
  async #keep(
    em: EntityManager,
    target: string,
    { orders, gone }: { readonly orders: readonly Listed[]; readonly gone: readonly string[] },
  ): Promise<number> {
    if (gone.length > 0) await em.nativeDelete(ExternalOrder, { target, remoteId: [...gone] });
    if (orders.length === 0) return 0;
    const ids = orders.map(({ id }) => id);
    const own = await em.execute<{ reference: string }[]>(
      "select reference from step where target = ? and reference in (?)",
      [target, ids],
    );
    const ours = new Set(own.map(({ reference }) => reference));
    const others = orders.filter(({ id }) => !ours.has(id));
    const before = await em.count(ExternalOrder, { target });
    const rows = others.map(({ id: remoteId, batch, reportTypes, ...rest }) => ({
      ...{ id: randomUUID(), target, remoteId, batch: batch ?? null, reportTypes: [...reportTypes] },
      ...rest,
    }));
    if (rows.length === 0) return 0;
    const onConflictFields = ["target", "remoteId", "product", "kind"] as const;
    const onConflictMergeFields = ["reportTypes", "batch", "updatedAt"] as const;
    await em.upsertMany(ExternalOrder, rows, {
      onConflictFields: [...onConflictFields],
      onConflictAction: "merge",
      onConflictMergeFields: [...onConflictMergeFields],
    });
    return (await em.count(ExternalOrder, { target })) - before;
  }

  #shown() {
    return this.#parts
      .entries()
      .flatMap(({ name, plugin: { externalOrders: external }, settings, scope }) => {
        return external?.isOn(settings) ? [{ name, external, scope }] : [];
      });
  }
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  ...{ pdf: "pdf", png: "png", txt: "txt", json: "json", xml: "xml", features: "csv" },
  ...{ sr: "dcm", "dicom-pdf": "dcm" },
};
