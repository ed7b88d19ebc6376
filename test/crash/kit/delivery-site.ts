// A site with every kind of delivery, whose hub is killed at a chosen stage of all of them at once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createDicomSender } from "../../../core/dicom/dicom-sender.ts";
import { writeDwiPhantom } from "../../../sdk/testing/dwi-phantom.ts";
import { ApiClient } from "../../support/api-client.ts";
import {
  DICOM_LISTENER,
  type HubProcess,
  hubAsProcess,
  newSite,
  type TestSite,
} from "../../support/hub-in-test.ts";
import { onlyStudy, studyWhere } from "../../support/study-watch.ts";
import { type CounterpartName, Counterparts, DESTINATIONS, EVERYBODY, WATCHER } from "./counterparts.ts";
import { DatabaseGate } from "./database-gate.ts";

const PRODUCTS = resolve(import.meta.dirname, "../../support/products");
const LOOK_MS = 20;
const PATIENCE_MS = 30_000;

/**
 * `before`: claimed, and no byte has left; `connected`: a line stands; `sending`: all but the end has arrived; `sent`: all
 * has arrived and nobody answers; `answered`: they did, and the hub is about to write that down.
 */
export const STAGES = ["before", "connected", "sent", "answered", "sending"] as const;
export type Stage = (typeof STAGES)[number];

/** What became of one study whose deliveries were interrupted. */
export interface Aftermath {
  readonly study: string;
  /** Destinations that asked a person. */
  readonly asked: readonly string[];
  /** For each counterpart the keys under which something arrived whole, repeats included. */
  readonly keys: ReadonlyMap<CounterpartName, readonly string[]>;
  /** Steps by destination. */
  readonly steps: ReadonlyMap<string, string>;
}

export class DeliverySite implements AsyncDisposable {
  readonly #site: TestSite;
  readonly #counterparts: Counterparts;
  readonly #gate: DatabaseGate;
  readonly #folder = mkdtempSync(join(tmpdir(), "thalamus-delivery-crash-"));
  readonly #sender = createDicomSender();
  #hub: HubProcess;
  #api: ApiClient;
  #seed = 0;

  private constructor(
    site: TestSite,
    counterparts: Counterparts,
    gate: DatabaseGate,
    hub: HubProcess,
    api: ApiClient,
  ) {
    this.#site = site;
    this.#counterparts = counterparts;
    this.#gate = gate;
    this.#hub = hub;
    this.#api = api;
  }

  static async open(): Promise<DeliverySite> {
    const counterparts = await Counterparts.start();
    const site = await newSite({
      plugins: [
        DICOM_LISTENER,
        { use: "local-processing", settings: { productFolders: [PRODUCTS] } },
        ...counterparts.entries(),
      ],
      route: {
        process: [{ plugin: "local-processing", product: "quick-report" }],
        deliver: [...DESTINATIONS],
      },
    });
    const hub = await hubAsProcess(site);
    const api = await ApiClient.signedIn(hub.httpPort);
    return new DeliverySite(site, counterparts, await DatabaseGate.open(site.databaseUrl), hub, api);
  }

  /** One study through to its end: its deliveries are held at the stage, the hub is killed, and another one starts. */
  async round(stage: Stage): Promise<Aftermath> {
    if (stage === "sending" && !this.#counterparts.areMeasured) await this.#measure();
    const before = this.#arrived();
    // each message has a line of its own then
    this.#counterparts.cutLines();
    await this.#hold(stage);
    const study = await this.#send();
    await until(() => this.#isHeld(stage, before)).catch((error: Error) => {
      throw new Error(`${error.message}: ${this.#counterparts.held.join(", ")}`);
    });
    await this.#hub.kill();
    return this.#after(study, before);
  }

  /** As `round`, but the kill comes when it likes. @param ms after the product's result was there */
  async killLater(ms: number): Promise<Aftermath> {
    const before = this.#arrived();
    const study = await this.#send();
    await until(async () => {
      const text = "select 1 from step where study_id = $1 and phase = 'deliver'";
      return (await this.#gate.rows(text, [study])).length > 0;
    });
    await new Promise((pause) => setTimeout(pause, ms));
    await this.#hub.kill();
    return this.#after(study, before);
  }

  async receipts(study: string): Promise<{ target: string; outcome: string }[]> {
    const path = `/api/receipts?studyId=${study}`;
    return (await this.#api.call<{ data: { target: string; outcome: string }[] }>("GET", path)).body.data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub.kill();
    await this.#gate[Symbol.asyncDispose]();
    await this.#counterparts[Symbol.asyncDispose]();
    this.#site.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #after(study: string, before: Arrived): Promise<Aftermath> {
    await this.#gate.open();
    this.#counterparts.release();
    this.#hub = await hubAsProcess(this.#site);
    this.#api = await ApiClient.signedIn(this.#hub.httpPort);
    const asked = await this.#settleDoubts(study, before);
    const info = await studyWhere(this.#api, study, ({ status }) => status === "delivered");
    await until(() => this.#arrived().get(WATCHER)!.length > before.get(WATCHER)!.length);
    const now = this.#arrived();
    const keys = new Map(EVERYBODY.map((name) => [name, now.get(name)!.slice(before.get(name)!.length)]));
    const deliveries = info.steps.filter(({ phase }) => phase === "deliver");
    return { study, asked, keys, steps: new Map(deliveries.map(({ target, id }) => [target, id])) };
  }

  /** A person looks at the other side: there it is, or it is sent again. @returns the destinations that asked */
  async #settleDoubts(study: string, before: Arrived): Promise<string[]> {
    const text = "select id, target, state from step where study_id = $1 and phase = 'deliver'";
    type Row = { id: string; target: CounterpartName; state: string };
    let rows: Row[] = [];
    await until(async () => {
      rows = await this.#gate.rows<Row>(text, [study]);
      return (
        rows.length === DESTINATIONS.length && rows.every(({ state }) => /^(?:done|unknown)$/.test(state))
      );
    });
    const asked = rows.filter(({ state }) => state === "unknown");
    for (const { id, target } of asked) {
      const isThere = this.#arrived().get(target)!.length > before.get(target)!.length;
      const finding = isThere ? "arrived" : "again";
      const { status } = await this.#api.call("POST", `/api/steps/${id}/resolve`, { finding });
      if (status !== 204) throw new Error(`the hub answered ${status} to a person's finding`);
    }
    return asked.map(({ target }) => target);
  }

  /** One study that nobody disturbs. */
  async #measure(): Promise<void> {
    const study = await this.#send();
    await studyWhere(this.#api, study, ({ status }) => status === "delivered");
    await until(() => this.#counterparts.areMeasured);
  }

  async #send(): Promise<string> {
    this.#seed += 1;
    const known = await this.#gate.rows<{ id: string }>("select id from study");
    const options = { seed: this.#seed, slices: 2, directions: 6, matrix: 16 };
    const { files } = await writeDwiPhantom(join(this.#folder, String(this.#seed)), options);
    const peer = { host: "127.0.0.1", port: this.#hub.dicomPort, calledAe: "THALAMUS", callingAe: "TESTSCU" };
    await this.#sender.store(peer, files, AbortSignal.timeout(PATIENCE_MS));
    return onlyStudy(this.#api, new Set(known.map(({ id }) => id)));
  }

  async #hold(stage: Stage): Promise<void> {
    switch (stage) {
      case "before":
        return this.#gate.shut("acting");
      case "answered":
        return this.#gate.shut("done");
      case "sent":
        return this.#counterparts.holdAnswers();
      default:
        return this.#counterparts.holdLines(stage);
    }
  }

  async #isHeld(stage: Stage, before: Arrived): Promise<boolean> {
    if (stage === "connected" || stage === "sending")
      return this.#counterparts.held.length === EVERYBODY.length;
    const now = this.#arrived();
    const hasAll = EVERYBODY.every((name) => now.get(name)!.length > before.get(name)!.length);
    if (stage === "sent") return hasAll;
    // deliveries share their transactions, so one that waits keeps all; the watcher's notice has its own
    const waits = (await this.#gate.waiting()) >= 2;
    return waits && (stage === "before" ? await this.#allClaimed() : hasAll);
  }

  async #allClaimed(): Promise<boolean> {
    const text = "select 1 from step where phase = 'deliver' and state = 'claimed'";
    return (await this.#gate.rows(text)).length === DESTINATIONS.length;
  }

  #arrived(): Arrived {
    return new Map(EVERYBODY.map((name) => [name, this.#counterparts.arrived(name)]));
  }
}

type Arrived = ReadonlyMap<CounterpartName, readonly string[]>;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > giveUp) throw new Error("the deliveries did not come so far");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
