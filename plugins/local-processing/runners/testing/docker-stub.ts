// Stands for a Docker engine in tests: its API 1.44 as far as products need it, over processes of this machine.
import { existsSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { Static } from "@thalamus/sdk";
import { ContainerCreate } from "./docker-shapes.ts";
import { type LocalContainer, startLocalContainer } from "./local-container.ts";
import { type StubAnswer, type StubRoute, StubServer } from "./stub-server.ts";

type Create = Static<typeof ContainerCreate>;

interface StubContainer {
  readonly id: string;
  readonly name: string;
  readonly create: Create;
  readonly attached: ServerResponse[];
  readonly waiting: ServerResponse[];
  running: LocalContainer | undefined;
  state: { Status: string; OOMKilled: boolean; ExitCode: number; Error: string };
}

const VERSION = "1.44";
const ID = "([0-9a-f]{64})";
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HEADER_BYTES = 8;

const refuse = (status: number, message: string): StubAnswer => ({ status, json: { message } });
const noContainer = refuse(404, "No such container");

export interface DockerStubOptions {
  /** Images that its registry has, by name with digest; pulled when asked for. */
  readonly registry: ReadonlySet<string>;
  /** What images print when they are asked what they are; without it the contract product's own words. */
  readonly describes?: ReadonlyMap<string, string>;
  /** What a client must say to the registry, in base64url. */
  readonly login?: string;
}

export class DockerStub {
  readonly server: StubServer;
  readonly containers = new Map<string, StubContainer>();
  readonly pulled = new Set<string>();
  /** Bodies of every container that was made. */
  readonly created: Create[] = [];
  readonly #options: DockerStubOptions;
  #number = 0;

  constructor(options: DockerStubOptions) {
    this.#options = options;
    this.server = new StubServer({
      routes: this.#routes(),
      refuse,
      doorman: ({ url = "" }) =>
        url === "/_ping" || url.startsWith(`/v${VERSION}/`)
          ? undefined
          : `not the version ${VERSION} that was agreed on`,
    });
  }

  async close(): Promise<void> {
    for (const { running } of this.containers.values()) running?.signal("SIGKILL");
    await this.server.close();
  }

  #routes(): StubRoute[] {
    const at = (path: string) => new RegExp(`^/v${VERSION.replace(".", "\\.")}${path}$`);
    const one = /^(1|true)$/;
    return [
      {
        ...{ method: "GET", path: /^\/_ping$/ },
        answer: () => (response) => {
          response
            .writeHead(200, { "api-version": VERSION, "content-type": "text/plain; charset=utf-8" })
            .end("OK");
        },
      },
      { method: "GET", path: at("/info"), answer: () => ({ status: 200, json: { NCPU: 2, MemTotal: 8e9 } }) },
      { method: "GET", path: at("/images/(.+)/json"), answer: ({ caught }) => this.#image(caught[0]!) },
      { method: "DELETE", path: at("/images/(.+)"), answer: ({ caught }) => this.#removeImage(caught[0]!) },
      {
        ...{ method: "POST", path: at("/images/create") },
        query: { fromImage: /^[a-z0-9./:_-]+$/, tag: DIGEST },
        answer: ({ query, headers }) =>
          this.#pull(
            `${query.get("fromImage")}@${query.get("tag")}`,
            String(headers["x-registry-auth"] ?? ""),
          ),
      },
      {
        ...{ method: "POST", path: at("/containers/create"), query: { name: NAME }, body: ContainerCreate },
        answer: ({ query, body }) => this.#create(query.get("name")!, body as Create),
      },
      {
        ...{
          method: "GET",
          path: at("/containers/json"),
          query: { all: one, filters: /^\{"label":\[.*\]\}$/ },
        },
        answer: ({ query }) => this.#list(JSON.parse(query.get("filters")!) as { label: string[] }),
      },
      {
        ...{
          method: "POST",
          path: at(`/containers/${ID}/attach`),
          query: { stream: one, stdout: one, stderr: one },
        },
        answer: ({ caught }) =>
          this.#hold(caught[0]!, "attached", "application/vnd.docker.multiplexed-stream"),
      },
      {
        ...{ method: "POST", path: at(`/containers/${ID}/wait`), query: { condition: /^next-exit$/ } },
        answer: ({ caught }) => this.#hold(caught[0]!, "waiting", "application/json"),
      },
      {
        method: "POST",
        path: at(`/containers/${ID}/start`),
        answer: ({ caught }) => this.#start(caught[0]!),
      },
      {
        ...{ method: "POST", path: at(`/containers/${ID}/kill`), query: { signal: /^SIG(TERM|KILL)$/ } },
        answer: ({ caught, query }) => this.#kill(caught[0]!, query.get("signal") as "SIGTERM"),
      },
      {
        method: "GET",
        path: at(`/containers/${ID}/json`),
        answer: ({ caught }) => this.#inspect(caught[0]!),
      },
      {
        ...{ method: "DELETE", path: at(`/containers/${ID}`), query: { force: one, v: one } },
        answer: ({ caught, query }) => this.#remove(caught[0]!, query.has("force")),
      },
    ];
  }

  #image(name: string): StubAnswer {
    if (!this.pulled.has(name)) return refuse(404, `No such image: ${name}`);
    return { status: 200, json: { Id: `sha256:${"a".repeat(64)}`, RepoDigests: [name] } };
  }

  #removeImage(name: string): StubAnswer {
    const used = [...this.containers.values()].some(({ create }) => create.Image === name);
    if (used) return refuse(409, "conflict: unable to remove repository reference (must force)");
    return this.pulled.delete(name)
      ? { status: 200, json: [{ Untagged: name }] }
      : refuse(404, `No such image: ${name}`);
  }

  #pull(name: string, login: string): StubAnswer {
    const { registry, login: wanted = "" } = this.#options;
    if (login !== wanted) return refuse(500, "unauthorized: authentication required");
    if (!registry.has(name)) return refuse(404, "manifest unknown: manifest unknown");
    this.pulled.add(name);
    const layer = (current: number) => ({
      ...{ status: "Downloading", progressDetail: { current, total: 1000 }, id: "0123456789ab" },
    });
    const lines = [
      { status: "Pulling from test", id: "digest" },
      layer(100),
      layer(1000),
      { status: "Digest: ok" },
    ];
    return (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (const line of lines) response.write(`${JSON.stringify(line)}\r\n`);
      response.end();
    };
  }

  #create(name: string, create: Create): StubAnswer {
    this.created.push(create);
    if (!this.pulled.has(create.Image)) return refuse(404, `No such image: ${create.Image}`);
    if ([...this.containers.values()].some((other) => other.name === name)) {
      return refuse(409, `Conflict. The container name "/${name}" is already in use`);
    }
    const missing = create.HostConfig.Mounts.find(({ Source }) => !existsSync(Source));
    if (missing) return refuse(400, 'invalid mount config for type "bind": bind source path does not exist');
    this.#number += 1;
    const id = this.#number.toString(16).padStart(64, "0");
    const state = { Status: "created", OOMKilled: false, ExitCode: 0, Error: "" };
    this.containers.set(id, { id, name, create, attached: [], waiting: [], running: undefined, state });
    return { status: 201, json: { Id: id, Warnings: [] } };
  }

  #list({ label }: { label: string[] }): StubAnswer {
    const has = ({ create }: StubContainer) =>
      label.every((one) => create.Labels[one.split("=")[0]!] === one.slice(one.indexOf("=") + 1));
    const found = [...this.containers.values()].filter(has);
    return { status: 200, json: found.map(({ id, create }) => ({ Id: id, Labels: create.Labels })) };
  }

  /** The head of the answer comes at once, its body when there is something to say. */
  #hold(id: string, what: "attached" | "waiting", type: string): StubAnswer {
    const container = this.containers.get(id);
    if (!container) return noContainer;
    return (response) => {
      response.writeHead(200, { "content-type": type }).flushHeaders();
      container[what].push(response);
    };
  }

  #start(id: string): StubAnswer {
    const container = this.containers.get(id);
    if (!container) return noContainer;
    if (container.running) return { status: 304 };
    const { create, attached } = container;
    const described = this.#options.describes?.get(create.Image);
    const { Mounts, Memory } = create.HostConfig;
    if (create.Image.includes("without-program")) {
      container.state = { ...container.state, ExitCode: 127, Error: "exec: no such file or directory" };
      return refuse(400, "failed to create task: exec: no such file or directory");
    }
    const running = startLocalContainer({
      words: create.Cmd,
      environment: {
        ...Object.fromEntries(create.Env.map((entry) => entry.split(/=(.*)/s) as [string, string])),
        ...(described === undefined ? {} : { DESCRIBE_AS: described }),
      },
      folders: new Map(Mounts.map(({ Target, Source }) => [Target, Source])),
      memoryBytes: Memory,
    });
    container.running = running;
    container.state.Status = "running";
    const frame = (stream: number) => (bytes: Buffer) => {
      const header = Buffer.alloc(HEADER_BYTES);
      header[0] = stream;
      header.writeUInt32BE(bytes.length, 4);
      // as a network may do it: the header comes in two parts, and not with what it is about
      for (const response of attached)
        for (const part of [header.subarray(0, 3), header.subarray(3), bytes]) response.write(part);
    };
    running.stdout.on("data", frame(1));
    running.stderr.on("data", frame(2));
    const heard = Promise.all([ended(running.stdout), ended(running.stderr)]);
    void running.exited.then(async ({ exitCode, outOfMemory }) => {
      container.state = { Status: "exited", OOMKilled: outOfMemory, ExitCode: exitCode, Error: "" };
      container.running = undefined;
      await heard;
      for (const response of attached) response.end();
      for (const response of container.waiting) response.end(JSON.stringify({ StatusCode: exitCode }));
    });
    return { status: 204 };
  }

  #kill(id: string, signal: "SIGTERM" | "SIGKILL"): StubAnswer {
    const container = this.containers.get(id);
    if (!container) return noContainer;
    if (!container.running) return refuse(409, `Container ${id} is not running`);
    container.running.signal(signal);
    return { status: 204 };
  }

  #inspect(id: string): StubAnswer {
    const container = this.containers.get(id);
    if (!container) return noContainer;
    const { create, name, state } = container;
    return { status: 200, json: { Id: id, Name: `/${name}`, State: state, Config: { Image: create.Image } } };
  }

  async #remove(id: string, force: boolean): Promise<StubAnswer> {
    const container = this.containers.get(id);
    if (!container) return noContainer;
    const { running } = container;
    if (running && !force) return refuse(409, "cannot remove a running container: stop it or use force");
    running?.signal("SIGKILL");
    await running?.exited;
    this.containers.delete(id);
    return { status: 204 };
  }
}

const ended = (stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve) => stream.once("end", () => resolve()).once("close", () => resolve()));
