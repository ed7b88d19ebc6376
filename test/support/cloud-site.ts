// A hub that is a cloud to others, and a program that uses it, for tests.
import { join, resolve } from "node:path";
import type { Heartbeat } from "@thalamus/sdk/cloud";
import { DOOR } from "./cloud-door/plugin.ts";
import { DICOM_LISTENER, type TestConfig } from "./hub-in-test.ts";

const SUPPORT = resolve(import.meta.dirname);

/** The plugin that lets programs in by their keys. */
export const CLOUD_DOOR = { path: join(SUPPORT, "cloud-door") };

/** It runs one product. */
export const cloudConfig = (): TestConfig => ({
  plugins: [
    DICOM_LISTENER,
    CLOUD_DOOR,
    { use: "local-processing", settings: { productFolders: [join(SUPPORT, "products")] } },
  ],
  route: { process: [{ plugin: "local-processing", product: "quick-report" }] },
});

/** A program with the secret of a key. */
export class CloudClient {
  readonly #base: string;
  readonly #secret: string;

  constructor(port: number, secret: string) {
    this.#base = `http://127.0.0.1:${port}${DOOR}`;
    this.#secret = secret;
  }

  /** Status of asking who one is. */
  async knock(): Promise<number> {
    return (await this.#ask("/caller")).status;
  }

  /** @returns whether it counted; undefined when there is no such product for the organisation */
  async run(order: string, product: string): Promise<boolean | undefined> {
    const answer = await this.#ask(`/run?${new URLSearchParams({ order, product })}`);
    return ((await answer.json()) as { counted?: boolean }).counted;
  }

  async beat(heartbeat: Heartbeat): Promise<number> {
    return (await this.#ask("/heartbeat", JSON.stringify(heartbeat))).status;
  }

  #ask(path: string, body: string | null = null): Promise<Response> {
    return fetch(`${this.#base}${path}`, { method: "POST", headers: { "x-api-key": this.#secret }, body });
  }
}

/** Of a hub that allows everything to be told. */
export const wholeHeartbeat = (agentId: string, more: Partial<Heartbeat> = {}): Heartbeat => ({
  agent_id: agentId,
  sent_at: new Date().toISOString(),
  interval_seconds: 60,
  runtime: { type: "docker", version: "0.1.0", started_at: "2026-11-28T10:00:00Z" },
  machine: {
    cpu_cores: 8,
    cpu_load: 0.42,
    memory_bytes: 32_000_000_000,
    memory_available_bytes: 20_000_000_000,
    disk_free_bytes: 60_000_000_000,
    disk_bytes: 500_000_000_000,
    disk_read_bytes_per_second: 12_000_000,
    disk_write_bytes_per_second: null,
  },
  orders: { processed: 1204, failed: 7, in_progress: 2, waiting: 3 },
  health: {
    healthy: true,
    database: true,
    services: [
      { name: "dicom-scp", ok: true, uptime_seconds: 90_000 },
      { name: "local-processing", ok: true, uptime_seconds: 3_600 },
    ],
  },
  ...more,
});
