// The Docker Engine API, as far as products need it, in the newest version that both sides speak.
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { EngineHttp, type EngineRequest } from "../engine-http.ts";
import { EngineAway } from "../runner.ts";
import type { DockerSettings } from "./docker-settings.ts";

/** What was written for; an engine that is newer speaks it, too. */
const NEWEST = "1.47";
/** Docker 20.10: `DELETE` and `wait` as they are used here are older than that. */
const OLDEST = "1.41";

export interface ContainerState {
  readonly Status: string;
  readonly OOMKilled: boolean;
  readonly ExitCode: number;
  readonly Error: string;
}

export interface ContainerSummary {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

export class DockerEngine {
  readonly #http: EngineHttp;
  #prefix: Promise<string> | undefined;

  constructor({ host, caFile, certificateFile, keyFile }: DockerSettings) {
    const isSocket = host.startsWith("unix://");
    const file = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path));
    const tls = { ca: file(caFile), cert: file(certificateFile), key: file(keyFile) };
    this.#http = new EngineHttp({
      who: "The Docker engine",
      origin: isSocket ? "http://docker" : host.replace(/\/+$/, ""),
      connect: isSocket
        ? { socketPath: host.slice("unix://".length) }
        : { minVersion: "TLSv1.2", ...withoutUndefined(tls) },
    });
  }

  /** Its limits, for checking against them. */
  info(): Promise<{ readonly NCPU: number; readonly MemTotal: number }> {
    return this.call("GET", "/info");
  }

  async create(name: string, body: object, signal: AbortSignal): Promise<string> {
    const options = { query: { name }, body, signal };
    return (await this.call<{ Id: string }>("POST", "/containers/create", options)).Id;
  }

  /** Both outputs, from the first byte; asked for before the container starts. */
  attach(id: string): Promise<Readable> {
    return this.#stream("POST", `/containers/${id}/attach`, {
      query: { stream: "1", stdout: "1", stderr: "1" },
    });
  }

  start(id: string): Promise<void> {
    return this.call("POST", `/containers/${id}/start`);
  }

  /** Answers at once that it waits; its body comes when the container has ended. Asked before the start. */
  async waiting(id: string): Promise<Readable> {
    return this.#stream("POST", `/containers/${id}/wait`, { query: { condition: "next-exit" } });
  }

  kill(id: string, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    return this.call("POST", `/containers/${id}/kill`, { query: { signal } });
  }

  async state(id: string): Promise<ContainerState> {
    return (await this.call<{ State: ContainerState }>("GET", `/containers/${id}/json`)).State;
  }

  remove(id: string): Promise<void> {
    return this.call("DELETE", `/containers/${id}`, { query: { force: "true", v: "true" } });
  }

  /** All containers with these labels, running or not. */
  list(labels: readonly string[]): Promise<readonly ContainerSummary[]> {
    const filters = JSON.stringify({ label: labels });
    return this.call("GET", "/containers/json", { query: { all: "true", filters } });
  }

  /** @throws EngineRefusal 404 when it is not there */
  image(name: string): Promise<{ readonly Id: string; readonly RepoDigests: readonly string[] | null }> {
    return this.call("GET", `/images/${name}/json`);
  }

  /** Lines of JSON that tell how far the pull is. */
  pull(name: string, login: string | undefined, signal: AbortSignal): Promise<Readable> {
    const [fromImage = "", tag = ""] = name.split("@");
    const headers = login === undefined ? {} : { "x-registry-auth": login };
    return this.#stream("POST", "/images/create", { query: { fromImage, tag }, headers, signal });
  }

  removeImage(name: string): Promise<void> {
    return this.call("DELETE", `/images/${name}`);
  }

  async call<T>(method: "GET" | "POST" | "DELETE", path: string, options: EngineRequest = {}): Promise<T> {
    return this.#http.call<T>(method, `${await this.#version()}${path}`, options);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #stream(method: "POST", path: string, options: EngineRequest): Promise<Readable> {
    return this.#http.stream(method, `${await this.#version()}${path}`, options);
  }

  /** @throws EngineAway when the engine is too old */
  #version(): Promise<string> {
    this.#prefix ??= this.#http.headersOf("/_ping").then((headers) => {
      const offered = String(headers["api-version"] ?? "");
      const version = compare(offered, NEWEST) < 0 ? offered : NEWEST;
      if (compare(version, OLDEST) >= 0) return `/v${version}`;
      throw new EngineAway(
        `The Docker engine is too old: its API is ${offered || "unknown"}, not ${OLDEST}.`,
      );
    });
    // an engine that is away now may come
    this.#prefix.catch(() => {
      this.#prefix = undefined;
    });
    return this.#prefix;
  }
}

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  return (a![0] ?? 0) - (b![0] ?? 0) || (a![1] ?? 0) - (b![1] ?? 0);
}

const withoutUndefined = (options: Record<string, Buffer | undefined>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
