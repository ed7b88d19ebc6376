// A web server for tests of deliveries: keeps what came, and answers as well or as badly as the test wants.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { CertificateFiles } from "./certificates.ts";

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly socket: Socket;
}

export interface ReceiverTls extends CertificateFiles {
  /** Asks for client certificates, and takes only those of this authority. */
  readonly clientCaFile?: string;
}

/** How a request is answered once its body is there. */
export type Answering = (request: ReceivedRequest, response: ServerResponse, count: number) => void;

export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Answering =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

export class WebReceiver implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  answer: Answering;
  /** Set: a request is not read but given here as soon as its head is there. */
  atHead: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly #server: ReturnType<typeof createServer>;
  readonly #scheme: string;
  readonly #open = new Set<Socket>();

  private constructor(answer: Answering, tls?: ReceiverTls) {
    this.answer = answer;
    this.#scheme = tls ? "https" : "http";
    const listener: RequestListener = (request, response) => void this.#take(request, response);
    this.#server = tls ? createTlsServer(optionsOf(tls), listener) : createServer(listener);
    this.#server.on("connection", (socket: Socket) => {
      this.#open.add(socket);
      socket.on("error", () => {}).once("close", () => this.#open.delete(socket));
    });
  }

  static async start(answer: Answering = answering(200), tls?: ReceiverTls): Promise<WebReceiver> {
    const receiver = new WebReceiver(answer, tls);
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Without a path. */
  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#open.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.atHead) {
      this.atHead(request, response);
      return;
    }
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      // who asked has gone away
      return;
    }
    const { method = "", url = "", headers, socket } = request;
    const received = { method, url, headers, socket, body: Buffer.concat(parts) };
    this.requests.push(received);
    this.answer(received, response, this.requests.length);
  }
}

const optionsOf = ({ certificateFile, keyFile, clientCaFile }: ReceiverTls) => ({
  cert: readFileSync(certificateFile),
  key: readFileSync(keyFile),
  ...(clientCaFile === undefined
    ? {}
    : { ca: readFileSync(clientCaFile), requestCert: true, rejectUnauthorized: true }),
});
