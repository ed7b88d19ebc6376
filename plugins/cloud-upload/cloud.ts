// The cloud as this plugin entry knows it: where it is, who signs in, and which generation of its API it speaks.
import { readFile } from "node:fs/promises";
import type { Http, HttpDestination, Keep, Log, Metrics } from "@thalamus/sdk";
import { AccessToken, type Credentials } from "./access-token.ts";
import { ArchiveShelf } from "./archive/archive-shelf.ts";
import type { CloudUploadSettings } from "./settings.ts";
import { CloudAway } from "./trouble.ts";

export interface CloudScope {
  readonly settings: CloudUploadSettings;
  readonly http: Http;
  readonly keep: Keep;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Name under which a password is kept that a person typed at the sign-in page. */
export const FOLLOWED_SECRET = "service-password";
const SETTINGS_SECRET = "service-password-of-settings";

export class Cloud {
  readonly settings: CloudUploadSettings;
  readonly http: Http;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly token: AccessToken;
  readonly archives = new ArchiveShelf();
  readonly #keep: Keep;

  constructor({ settings, http, keep, log, metrics }: CloudScope) {
    this.settings = settings;
    this.http = http;
    this.log = log;
    this.metrics = metrics;
    this.#keep = keep;
    this.token = new AccessToken({
      http,
      destination: this.calls,
      url: this.at("/auth/token"),
      credentials: () => this.credentials(),
    });
  }

  /** @param path begins with a slash */
  at(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
    const url = new URL(`${this.settings.url.replace(/\/+$/, "")}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** For questions; short ones, which must not wait behind parts. */
  get calls(): HttpDestination {
    return { ...this.#destination(300), maxAnswerBytes: 8_000_000 };
  }

  /** For answers with a file in them. */
  get files(): HttpDestination {
    return { ...this.#destination(this.settings.partSeconds), limits: { concurrent: 2 } };
  }

  /** Of the cloud itself or of an object store: the address decides, and gets no certificate of ours elsewhere. */
  parts(address: URL): HttpDestination {
    const { tls: own, ...rest } = this.#destination(this.settings.partSeconds);
    const isCloud = address.origin === new URL(this.settings.url).origin;
    const caFile = own?.caFile === undefined ? undefined : { tls: { caFile: own.caFile } };
    const tls = isCloud && own ? { tls: own } : caFile;
    return { ...rest, ...tls, url: address.origin, limits: { concurrent: this.settings.parallelParts } };
  }

  /** @throws CloudAway when the secret cannot be read */
  async credentials(): Promise<Credentials> {
    const { clientId = "" } = this.settings;
    return { clientId, secret: await this.#secret() };
  }

  /** A password that a person typed and the cloud took, in place of that of the settings. */
  async follow(secret: string): Promise<void> {
    // until the settings change: then they count again
    await this.#keep.put(SETTINGS_SECRET, await this.#secretOfSettings());
    await this.#keep.put(FOLLOWED_SECRET, secret);
  }

  async #secret(): Promise<string> {
    const own = await this.#secretOfSettings();
    if (this.settings.account === undefined) return own;
    const followed = await this.#keep.get(FOLLOWED_SECRET).catch(notRead);
    if (followed === undefined) return own;
    return (await this.#keep.get(SETTINGS_SECRET).catch(notRead)) === own ? followed : own;
  }

  async #secretOfSettings(): Promise<string> {
    const { clientSecret, clientSecretFile } = this.settings;
    if (clientSecretFile === undefined) return clientSecret ?? "";
    return (await readFile(clientSecretFile, "utf8").catch(notRead)).trim();
  }

  #destination(totalSeconds: number): HttpDestination {
    const { url, proxy, privateNetworks, connectSeconds, answerSeconds, tls } = this.settings;
    const timeouts = {
      connectMs: connectSeconds * 1000,
      headersMs: answerSeconds * 1000,
      bodyMs: answerSeconds * 1000,
      totalMs: totalSeconds * 1000,
    };
    const proxied = proxy === undefined ? {} : { proxy };
    return { url, privateNetworks, timeouts, ...proxied, ...(tls === undefined ? {} : { tls }) };
  }
}

/** The text of the error would name the file. */
function notRead(error: unknown): never {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  throw new CloudAway("cloud-upload.sign-in", `The service password cannot be read (${code}).`);
}

const clouds = new WeakMap<CloudUploadSettings, Cloud>();

/** One for each entry: steps, tests and heartbeats share its token. */
export function cloudOf(scope: CloudScope): Cloud {
  const known = clouds.get(scope.settings);
  if (known) return known;
  const cloud = new Cloud(scope);
  clouds.set(scope.settings, cloud);
  return cloud;
}
