// A receiver of HL7 messages for tests, with a server and a parser of its own: it answers as it is told.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what blocks are made of
const BLOCK = /\x0b([^\x1c]*)\x1c\r/g;

/** What to do with a message; the default acknowledges it. */
export type Answering = (socket: Socket, message: ReceivedMessage) => void;

export interface ReceivedMessage {
  readonly text: string;
  /** MSH-10, cut out by hand. */
  readonly controlId: string;
}

/** An acknowledgement in a block. @param more segments after the MSA, each with its carriage return */
export function acknowledge(code: string, controlId: string, more = ""): string {
  const header = "MSH|^~\\&|RIS|HOSPITAL|THALAMUS||20240412123001||ACK^R01^ACK|A1|P|2.5.1";
  return `\x0b${header}\rMSA|${code}|${controlId}\r${more}\x1c\r`;
}

export class MllpTestReceiver implements AsyncDisposable {
  readonly received: ReceivedMessage[] = [];
  connections = 0;
  answering: Answering;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answering: Answering, tls: TlsOptions | undefined) {
    this.answering = answering;
    const connected = (socket: Socket) => this.#connected(socket);
    this.#server = tls ? createTlsServer(tls, connected) : createServer(connected);
    this.#server.on("tlsClientError", () => {});
  }

  static async start(answering: Answering = accept, tls?: TlsOptions): Promise<MllpTestReceiver> {
    const receiver = new MllpTestReceiver(answering, tls);
    receiver.#server.listen({ port: 0, host: "127.0.0.1" });
    await once(receiver.#server, "listening");
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections off. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #connected(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    let pending = "";
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      pending += chunk.toString("latin1");
      if (!chunk.includes(0x1c)) return;
      for (const [, text = ""] of pending.matchAll(BLOCK)) this.#take(socket, text);
      pending = pending.slice(pending.lastIndexOf("\x1c\r") < 0 ? 0 : pending.lastIndexOf("\x1c\r") + 2);
    });
  }

  #take(socket: Socket, latin1: string): void {
    const text = Buffer.from(latin1, "latin1").toString("utf8");
    const message = { text, controlId: text.split("\r")[0]?.split("|")[9] ?? "" };
    this.received.push(message);
    this.answering(socket, message);
  }
}

/** Acknowledges every message. */
export const accept: Answering = (socket, { controlId }) => {
  socket.write(acknowledge("AA", controlId), "latin1");
};
