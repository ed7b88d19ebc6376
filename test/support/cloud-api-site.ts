// A real hub in the cloud's role: organisations and keys made over its API, and clients of both generations.
import { join } from "node:path";
import { CLOUD_SCOPES, type CloudScope } from "@thalamus/sdk/cloud";
import { vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { type Dialect, PYTHON } from "../../plugins/cloud-api/testing/dialects.ts";
import { GenerationOneClient } from "../../plugins/cloud-api/testing/generation-1-client.ts";
import { ApiClient } from "./api-client.ts";
import { hubInProcess, newSite, type TestConfig, type TestSite } from "./hub-in-test.ts";
import { RestCloudClient } from "./rest-cloud-client.ts";

const PRODUCTS = join(import.meta.dirname, "products");
/** What clients of generation 1 may call the bundled product. */
export const ALIAS = "PD/MSAp/PSP-v1.0";
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  "dti-metrics": [ALIAS],
  "quick-report": ["quick"],
};

/** A key of a member of an organisation. */
export interface CloudKey {
  readonly id: string;
  readonly secret: string;
  readonly organisationId: string;
  readonly memberId: string;
}

export interface KeyOptions {
  readonly scopes?: readonly CloudScope[];
  readonly quota?: number;
  /** Of the same organisation as this one; a new one when left out. */
  readonly beside?: CloudKey;
  /** Of an admin, whose address this is. */
  readonly admin?: string;
  /** What a new organisation may order. */
  readonly products?: readonly string[];
}

export class CloudApiSite implements AsyncDisposable {
  readonly site: TestSite;
  readonly hub: Hub;
  readonly api: ApiClient;
  #made = 0;

  private constructor(site: TestSite, hub: Hub, api: ApiClient) {
    this.site = site;
    this.hub = hub;
    this.api = api;
  }

  /** @param settings of cloud-api */
  static async open(settings: object = {}, config: TestConfig = {}): Promise<CloudApiSite> {
    const site = await newSite({
      plugins: [
        { use: "cloud-api", settings: { signInsPerMinute: 1000, requestsPerMinute: 10_000, ...settings } },
        { use: "qc-dicom" },
        { use: "local-processing", settings: { productFolders: [PRODUCTS] } },
      ],
      log: { level: "debug" },
      ...config,
    });
    const hub = await hubInProcess(site);
    return new CloudApiSite(site, hub, await ApiClient.signedIn(hub.http.port));
  }

  /** Address of the service. */
  get url(): string {
    return urlOf(this.hub);
  }

  async key({ scopes = CLOUD_SCOPES, quota, beside, admin, products }: KeyOptions = {}): Promise<CloudKey> {
    this.#made += 1;
    const organisationId = beside?.organisationId ?? (await this.#organisation(products));
    const member = {
      name: `Member ${this.#made}`,
      ...(admin === undefined ? {} : { role: "admin", email: admin }),
    };
    const { id: memberId } = await this.#post(`/api/organisations/${organisationId}/members`, member);
    const form = {
      name: `Key ${this.#made}`,
      scopes,
      isAdmin: admin !== undefined,
      ...(quota === undefined ? {} : { quota }),
    };
    const made = await this.#post<{ key: { id: string }; secret: string }>(
      `/api/cloud-members/${memberId}/keys`,
      form,
    );
    return { id: made.key.id, secret: made.secret, organisationId, memberId };
  }

  async revoke(key: CloudKey): Promise<void> {
    await this.#post(`/api/cloud-keys/${key.id}/revoke`);
  }

  /** Connected. */
  async generationOne(
    key: CloudKey,
    dialect: Dialect = PYTHON,
    url = this.url,
  ): Promise<GenerationOneClient> {
    const client = new GenerationOneClient({ url, apiKey: key.secret, dialect });
    await client.connect();
    return client;
  }

  /** With a token. */
  rest(key: CloudKey, scope?: string): Promise<RestCloudClient> {
    return RestCloudClient.open(this.url, key, scope);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.stop();
    this.site.remove();
  }

  async #organisation(products: readonly string[] = Object.keys(ALIASES)): Promise<string> {
    const { id } = await this.#post("/api/organisations", { name: `Organisation ${this.#made}` });
    for (const product of products) {
      const path = `/api/organisations/${id}/entitlements/${product}`;
      const { status } = await this.api.call("PUT", path, { aliases: ALIASES[product] ?? [] });
      if (status !== 204) throw new Error(`entitling answered ${status}`);
    }
    return id;
  }

  async #post<T = { id: string }>(path: string, body: object = {}): Promise<T> {
    const { status, body: answer } = await this.api.call<T>("POST", path, body);
    if (status >= 300) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

export const urlOf = (hub: Hub): string => `http://127.0.0.1:${hub.http.port}${hub.web.get("cloud-api")}`;

/** Asks again and again until the answer fits. */
export function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean, timeout = 60_000): Promise<T> {
  const look = async () => {
    const answer = await ask();
    if (!fits(answer)) throw new Error(`the last answer was ${JSON.stringify(answer)}`);
    return answer;
  };
  return vi.waitFor(look, { timeout, interval: 100 });
}
