// A TCP relay before a counterpart: lets a conversation come as far as a test wants, and holds it there.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `connected`: the line stands and nothing goes on; `sending`: all but the last bytes have arrived. */
export type RelayHold = "connected" | "sending" | undefined;

/** So much of what is sent is held back at `sending`: less than any message is long. */
const HELD_BACK = 60;

export class StageRelay implements AsyncDisposable {
  #hold: RelayHold;
  /** Bytes of the longest conversation so far, as the hub sent them. */
  longest = 0;
  /** Conversations that are held now. */
  held = 0;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ noDelay: true }, (socket) => this.#serve(socket));

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param target port of the counterpart */
  static async start(target: number): Promise<StageRelay> {
    const relay = new StageRelay(target);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on; lines that are kept open break. */
  hold(at: RelayHold): void {
    this.#hold = at;
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hold(undefined);
    this.#server.close();
    if (this.#server.listening) await once(this.#server, "close");
  }

  #serve(hub: Socket): void {
    const hold = this.#hold;
    this.#keep(hub);
    if (hold === "connected") {
      this.#holds(hub);
      return;
    }
    const most = hold === "sending" ? this.longest - HELD_BACK : Number.POSITIVE_INFINITY;
    const peer = this.#keep(connect({ port: this.#target, host: "127.0.0.1", noDelay: true }));
    let sent = 0;
    hub.on("data", (bytes: Buffer) => {
      if (sent >= most) return;
      peer.write(bytes.subarray(0, most - sent));
      sent += bytes.length;
      if (sent >= most) this.#holds(hub);
      else this.longest = Math.max(this.longest, sent);
    });
    peer.on("data", (bytes: Buffer) => hub.write(bytes));
    // whoever dies, the other side sees the line break
    hub.once("close", () => peer.destroy());
    peer.once("close", () => hub.destroy());
  }

  #holds(hub: Socket): void {
    this.held += 1;
    hub.once("close", () => {
      this.held -= 1;
    });
    hub.resume();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on("error", () => {}).once("close", () => this.#sockets.delete(socket));
  }
}
