// A hub in the cloud's role as a process of its own, so that it can be killed; with an organisation and a key.
import { join } from "node:path";
import { CLOUD_SCOPES } from "@thalamus/sdk/cloud";
import pg from "pg";
import { ApiClient } from "./api-client.ts";
import { type HubProcess, hubAsProcess, newSite, type TestSite } from "./hub-in-test.ts";

const PRODUCTS = join(import.meta.dirname, "products");

export class CloudProcess implements AsyncDisposable {
  readonly site: TestSite;
  #hub: HubProcess;
  key = { id: "", secret: "" };

  private constructor(site: TestSite, hub: HubProcess) {
    this.site = site;
    this.#hub = hub;
  }

  static async start(): Promise<CloudProcess> {
    const site = await newSite({
      plugins: [
        { use: "cloud-api", settings: { signInsPerMinute: 1000, requestsPerMinute: 10_000 } },
        { use: "local-processing", settings: { productFolders: [PRODUCTS] } },
      ],
      log: { level: "debug" },
    });
    const cloud = new CloudProcess(site, await hubAsProcess(site));
    await cloud.#makeKey();
    return cloud;
  }

  get port(): number {
    return this.#hub.httpPort;
  }

  /** kill -9, and another one in its place, on another port. */
  async die(): Promise<void> {
    await this.#hub.kill();
    this.#hub = await hubAsProcess(this.site);
  }

  api(): Promise<ApiClient> {
    return ApiClient.signedIn(this.port);
  }

  async query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
    const client = new pg.Client(this.site.databaseUrl);
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub.stop();
    this.site.remove();
  }

  async #makeKey(): Promise<void> {
    const api = await this.api();
    const post = async <T>(path: string, body: object) => (await api.call<T>("POST", path, body)).body;
    const { id: organisation } = await post<{ id: string }>("/api/organisations", { name: "Edge house" });
    for (const product of ["dti-metrics", "quick-report"])
      await api.call("PUT", `/api/organisations/${organisation}/entitlements/${product}`, { aliases: [] });
    const members = `/api/organisations/${organisation}/members`;
    const { id: member } = await post<{ id: string }>(members, { name: "Edge" });
    const form = { name: "Edge", scopes: CLOUD_SCOPES, isAdmin: false };
    const keys = `/api/cloud-members/${member}/keys`;
    const made = await post<{ key: { id: string }; secret: string }>(keys, form);
    this.key = { id: made.key.id, secret: made.secret };
  }
}
