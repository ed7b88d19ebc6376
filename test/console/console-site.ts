// A hub with planted studies and a browser beside it, for the tests of the console.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import type { Browser } from "playwright-core";
import { connect } from "../../core/database/database.ts";
import type { StudyRow } from "../../core/database/entities/study.ts";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { Hub } from "../../core/hub.ts";
import { announce, type Change } from "../../core/observe/changes.ts";
import { hubInProcess, newSite, type TestConfig, type TestSite } from "../support/hub-in-test.ts";
import { openBrowser } from "./console-browser.ts";

export class ConsoleSite {
  readonly hub: Hub;
  readonly browser: Browser;
  readonly orm: MikroORM;
  readonly resultsTree: string;
  readonly #site: TestSite;

  private constructor(site: TestSite, hub: Hub, browser: Browser, orm: MikroORM) {
    this.#site = site;
    this.hub = hub;
    this.browser = browser;
    this.orm = orm;
    this.resultsTree = join(site.folder, "data/files/results");
  }

  /** @param prepare writes what else the site's folder holds */
  static async open(config: TestConfig = {}, prepare = (_folder: string): void => {}): Promise<ConsoleSite> {
    const site = await newSite(config);
    prepare(site.folder);
    const [hub, browser, orm] = await Promise.all([
      hubInProcess(site),
      openBrowser(),
      connect(site.databaseUrl),
    ]);
    return new ConsoleSite(site, hub, browser, orm);
  }

  get port(): number {
    return this.hub.http.port;
  }

  /** Writes rows in one transaction. */
  plant<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.orm.em.fork().transactional(work);
  }

  /** What the hub tells its screens when it changes a row. */
  tell(change: Change): Promise<void> {
    return announce(this.orm.em.fork(), change);
  }

  tellStudy(
    study: StudyRow,
    kind: "created" | "updated",
    patch: Record<string, string | number> = {},
  ): Promise<void> {
    return this.tell({ resource: "study", id: study.id, studyId: study.id, kind, patch });
  }

  /** Tries the line, as a technician who sets up a sender does. */
  async echo(): Promise<void> {
    const { port } = this.hub.listeners.get("dicom-scp")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await createDicomSender().echo(peer, AbortSignal.timeout(20_000));
  }

  /** Sends a small study over DICOM, as a scanner would. */
  async send(seed: number): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), "thalamus-phantom-"));
    const { files } = await writeDwiPhantom(folder, { seed, slices: 2, directions: 6, matrix: 16 });
    const { port } = this.hub.listeners.get("dicom-scp")!;
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await createDicomSender().store(peer, files, AbortSignal.timeout(20_000));
    rmSync(folder, { recursive: true, force: true });
    return files.length;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.orm.close();
    await this.hub.stop();
    this.#site.remove();
  }
}
