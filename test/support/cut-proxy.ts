// Stands between an edge and its cloud, and cuts the line as badly as a test wants; knows nothing of what is said.
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * `before`: the request never gets there; `inside`: half of its body does; `after`: it is done, and the answer gets lost;
 * `flipped`: one byte of the body is another one; `stranger`: it comes with a token that nobody knows.
 */
export type Damage = "before" | "inside" | "after" | "flipped" | "stranger";

export class CutProxy implements AsyncDisposable {
  /** `POST /new-order`, with what has passed, in order. */
  readonly passed: string[] = [];
  readonly cut: string[] = [];
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  /** Where the cloud is now. */
  upstreamPort = 0;
  /** What happens to a request; asked when its head is there. */
  damage: (call: string) => Damage | undefined = () => undefined;
  /** Told of each request that was answered. */
  answered: (call: string) => void = () => undefined;

  private constructor() {
    this.#server = createServer((incoming, response) => this.#take(incoming, response));
    this.#server.on("connection", (socket: Socket) => {
      this.#open.add(socket);
      socket.on("error", () => {}).once("close", () => this.#open.delete(socket));
    });
  }

  static async start(): Promise<CutProxy> {
    const proxy = new CutProxy();
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) await once(this.#server, "close");
  }

  #take(incoming: IncomingMessage, response: ServerResponse): void {
    const call = callOf(incoming);
    const damage = this.damage(call);
    if (damage !== undefined) this.cut.push(`${damage} ${call}`);
    const drop = () => incoming.socket.destroy();
    if (damage === "before") return void drop();
    const { method, url: path, headers } = incoming;
    const sent = damage === "stranger" ? { ...headers, authorization: "Bearer nobody" } : headers;
    const upstream = request({ host: "127.0.0.1", port: this.upstreamPort, method, path, headers: sent });
    upstream.on("error", drop);
    upstream.on("response", (answer) => {
      if (damage === "after") return void answer.resume().on("end", drop);
      this.passed.push(call);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).on("finish", () => this.answered(call));
      // a cloud that died in the middle: its edge would wait for the rest
      answer.on("error", drop).on("close", () => !answer.complete && drop());
    });
    incoming.on("data", (chunk: Buffer) => {
      if (damage === "inside") {
        upstream.destroy();
        return drop();
      }
      upstream.write(damage === "flipped" ? flipped(chunk) : chunk);
    });
    incoming.on("end", () => upstream.end());
    incoming.on("error", () => upstream.destroy());
  }
}

function flipped(chunk: Buffer): Buffer {
  const other = Buffer.from(chunk);
  other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1;
  return other;
}

/** Ids and keys in the path are left out. */
function callOf({ method = "", url = "" }: IncomingMessage): string {
  const path = url.split("?", 1)[0]!.replace(/^\/cloud/, "");
  return `${method} ${path.startsWith("/parts/") ? "/parts" : path}`;
}

/** Each call breaks once in each of these ways, and then works. */
export function eachCallOnce(ways: (call: string) => readonly Damage[]): CutProxy["damage"] {
  const left = new Map<string, Damage[]>();
  return (call) => {
    const own = left.get(call) ?? [...ways(call)];
    left.set(call, own);
    return own.shift();
  };
}
