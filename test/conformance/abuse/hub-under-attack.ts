// A real hub in a process of its own with a plain and a TLS listener, and what is to be measured about it.
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasOpenssl, TestAuthority } from "@thalamus/sdk/testing";
import pg from "pg";
import { createDicomSender } from "../../../core/dicom/dicom-sender.ts";
import { testObject } from "../../../plugins/dicom-scp/testing/test-object.ts";
import { ApiClient } from "../../support/api-client.ts";
import { type HubProcess, hubAsProcess, newSite, type TestSite } from "../../support/hub-in-test.ts";
import type { Target } from "./attack.ts";

export const MAX_ASSOCIATIONS = 24;
/** Short, so that nobody has to wait for them; idle long enough for a busy machine. */
const TIMES = { artimSeconds: 1, idleTimeoutSeconds: 2, waitingAssociations: 4, waitingSeconds: 1 };
const ANSWER_MS = 10_000;
// states in /proc/net/tcp
const ESTABLISHED = "01";
const CLOSE_WAIT = "08";
const LISTEN = "0A";
const NO_PROCESS = "0";

export type Transport = "plain" | "tls";

export class HubUnderAttack {
  readonly #site: TestSite;
  readonly #hub: HubProcess;
  readonly #authority: TestAuthority | undefined;
  readonly #tlsPort: number;
  readonly #files = mkdtempSync(join(tmpdir(), "abuse-"));
  readonly #sender = createDicomSender({ connectMs: ANSWER_MS, answerMs: ANSWER_MS });
  #stored = 0;

  private constructor(
    site: TestSite,
    hub: HubProcess,
    authority: TestAuthority | undefined,
    tlsPort: number,
  ) {
    this.#site = site;
    this.#hub = hub;
    this.#authority = authority;
    this.#tlsPort = tlsPort;
  }

  static async start(): Promise<HubUnderAttack> {
    const authority = hasOpenssl ? new TestAuthority() : undefined;
    const common = { host: "127.0.0.1", port: 0, maxAssociations: MAX_ASSOCIATIONS, ...TIMES };
    const plugins: object[] = [{ use: "dicom-scp", settings: common }];
    if (authority) {
      const tls = { enabled: true, ...authority.sign("hub.example") };
      plugins.push({ use: "dicom-scp", name: "dicom-tls", settings: { ...common, tls } });
    }
    // nothing becomes stable: what happens to studies later is not what this is about
    const uploads = { requireDemographics: false };
    const site = await newSite({ plugins, intake: { stableAfterSeconds: 3600 }, uploads });
    const hub = await hubAsProcess(site);
    const api = await ApiClient.signedIn(hub.httpPort);
    const { body } = await api.call<{ listeners: { name: string; port: number }[] }>("GET", "/api/status");
    const tlsPort = body.listeners.find(({ name }) => name === "dicom-tls")?.port ?? 0;
    return new HubUnderAttack(site, hub, authority, tlsPort);
  }

  target(transport: Transport): Target {
    if (transport === "plain") return { port: this.#hub.dicomPort, tls: undefined };
    return { port: this.#tlsPort, tls: { ca: readFileSync(this.#authority?.caFile ?? "") } };
  }

  /** A signed-in client, for uploads. */
  api(): Promise<ApiClient> {
    return ApiClient.signedIn(this.#hub.httpPort);
  }

  /** C-ECHO and the C-STORE of an object nobody has sent before. @throws when one of them is not answered well */
  async serves(transport: Transport): Promise<void> {
    this.#stored += 1;
    const object = testObject(100_000 + this.#stored, 3000);
    const path = join(this.#files, `${this.#stored}.dcm`);
    writeFileSync(path, object.file);
    const caFile = this.#authority?.caFile ?? "";
    const { port } = this.target(transport);
    const peer = { host: "127.0.0.1", port, calledAe: "THALAMUS", callingAe: "HONEST" };
    const whole = transport === "tls" ? { ...peer, tls: { caFile } } : peer;
    await this.#sender.echo(whole, AbortSignal.timeout(ANSWER_MS));
    const [answer] = await this.#sender.store(whole, [path], AbortSignal.timeout(ANSWER_MS));
    if (answer?.status !== 0) throw new Error(`a good object was answered with ${answer?.status}`);
    rmSync(path);
  }

  /** Resident memory of the process, now and at its highest. */
  megabytes(): { readonly now: number; readonly highest: number } {
    const status = readFileSync(this.#proc("status"), "utf8");
    const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
    return { now: of("VmRSS"), highest: of("VmHWM") };
  }

  /** Descriptors of any kind, and those of files that are still being received. */
  descriptors(): { readonly all: number; readonly incoming: number } {
    const links = readdirSync(this.#proc("fd")).map((fd) => {
      try {
        return readlinkSync(this.#proc(`fd/${fd}`));
      } catch {
        return ""; // closed meanwhile
      }
    });
    return { all: links.length, incoming: links.filter((link) => /\.(part|dcm)$/.test(link)).length };
  }

  /**
   * Connections of senders that the hub holds or has yet to accept; those that only the kernel still has, to
   * close them, belong to nobody.
   */
  connections(): number {
    const ports = [this.#hub.dicomPort, this.#tlsPort].map((port) => port.toString(16).toUpperCase());
    const rows = readFileSync(this.#proc("net/tcp"), "utf8").trim().split("\n").slice(1);
    return rows.filter((row) => {
      const [, local = "", , state, , , , , , inode] = row.trim().split(/\s+/);
      if (!ports.includes(local.split(":")[1] ?? "") || state === LISTEN) return false;
      return inode !== NO_PROCESS || state === ESTABLISHED || state === CLOSE_WAIT;
    }).length;
  }

  /** Files of objects that are neither kept nor removed. */
  partFiles(): string[] {
    const all = readdirSync(join(this.#site.folder, "data/files"), { recursive: true });
    return all.map(String).filter((name) => name.endsWith(".part"));
  }

  /** Names of everything there is under the site's folder. */
  names(): string[] {
    return readdirSync(this.#site.folder, { recursive: true }).map(String);
  }

  async openAssociations(): Promise<number> {
    const [row] = await this.query<{ n: number }>("select count(*)::int as n from open_association");
    return row?.n ?? 0;
  }

  async query<Row extends object>(sql: string): Promise<Row[]> {
    const client = new pg.Client(this.#site.databaseUrl);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** @throws when a line is no JSON: then a sender has written into the log */
  log(): Record<string, unknown>[] {
    const text = readFileSync(join(this.#site.folder, "data/logs/hub.log"), "utf8");
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get alive(): boolean {
    return this.#hub.child.exitCode === null && this.#hub.child.signalCode === null;
  }

  async stop(): Promise<number | null> {
    const code = await this.#hub.stop();
    this.#site.remove();
    this.#authority?.[Symbol.dispose]();
    rmSync(this.#files, { recursive: true, force: true });
    return code;
  }

  #proc(path: string): string {
    return `/proc/${this.#hub.child.pid}/${path}`;
  }
}
