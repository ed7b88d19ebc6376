// A cloud of generation 1 for tests, written from what its public clients send: sessions, hidden bodies, archives of parts.
import {
  constants,
  createCipheriv,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  randomBytes,
  randomUUID,
} from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { encode } from "fast-png";
import { type Fault, HONEST } from "./faults.ts";

interface Job {
  readonly id: string;
  readonly archives: Map<string, Buffer>;
  readonly uploads: Map<string, { readonly zipIndex: string; part: Buffer | undefined }>;
  isComplete: boolean;
  product: string | undefined;
  looksLeft: number;
  runs: number;
}

export interface OldAsked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** As it was before it was hidden. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

export class HostileOldCloud implements AsyncDisposable {
  readonly asked: OldAsked[] = [];
  readonly jobs = new Map<string, Job>();
  readonly #sessions = new Map<string, Buffer>();
  readonly #faults = new Map<string, Fault[]>();
  readonly #open = new Set<Socket>();
  readonly #server: Server;
  apiKey = "s3cret";
  looks = 1;
  /** What it says of the order in its JSON report. */
  orderIn = (id: string): string | undefined => id;
  failed = false;
  /** Bytes behind every answer, as some servers pad. */
  padding = Buffer.alloc(0);
  /** Formats that a product lacks. */
  missing: string[] = ["features"];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request, response).catch(() => request.socket.destroy());
    });
    this.#server.on("connection", (socket: Socket) => {
      this.#open.add(socket);
      socket.on("error", () => {}).once("close", () => this.#open.delete(socket));
    });
  }

  static async start(): Promise<HostileOldCloud> {
    const cloud = new HostileOldCloud();
    cloud.#server.listen(0, "127.0.0.1");
    await once(cloud.#server, "listening");
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get only(): Job {
    const [job, ...others] = [...this.jobs.values()];
    if (!job || others.length > 0) throw new Error(`there are ${this.jobs.size} jobs`);
    return job;
  }

  breaks(path: string, ...faults: readonly Fault[]): void {
    this.#faults.set(path, [...(this.#faults.get(path) ?? []), ...faults]);
  }

  endSessions(): void {
    this.#sessions.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const fault = this.#faults.get(path.startsWith("/put/") ? "/put/" : path)?.shift() ?? HONEST;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (fault.before) return void request.socket.destroy();
    if (fault.instead) {
      const { status, headers = {}, body = "" } = fault.instead;
      return void response.writeHead(status, headers).end(body);
    }
    const answer = this.#answer(request, path, Buffer.concat(parts));
    if (fault.after) return void request.socket.destroy();
    const { status, headers = {}, body = "" } = answer;
    response.writeHead(status, headers).end(body);
  }

  #answer(request: IncomingMessage, path: string, body: Buffer): NonNullable<Fault["instead"]> {
    if (path === "/api/getPubKey") {
      const pem = keys.publicKey.export({ type: "spki", format: "pem" }) as string;
      // as some servers write it
      return { status: 200, body: JSON.stringify({ pub_key: pem.replaceAll("\n", "\\n") }) };
    }
    if (path === "/api/connect/") return this.#connect(request, body);
    if (path.startsWith("/put/")) return this.#put(request, path, body);
    const key = this.#sessions.get(String(request.headers["connection-id"]));
    if (!path.startsWith("/api/")) return { status: 403, body: '{"message":"Missing Authentication Token"}' };
    if (!key) return refusal(403, "Connection not found.");
    const fields = body.length > 0 ? opened(key, body) : {};
    this.asked.push({ path, headers: request.headers, fields });
    try {
      const { status = 200, content } = this.#call(path, fields);
      return { status, body: hidden(key, Buffer.concat([content, this.padding])) };
    } catch (error) {
      return refusal(400, (error as Error).message);
    }
  }

  #connect(request: IncomingMessage, body: Buffer): NonNullable<Fault["instead"]> {
    if (request.headers["x-api-key"] !== this.apiKey) return refusal(400, "API key not found.");
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const wrapped = Buffer.from(body.toString(), "base64");
    const plain = privateDecrypt({ key: keys.privateKey, padding, oaepHash: "sha256" }, wrapped);
    const { aes_key: key } = JSON.parse(plain.toString()) as { aes_key: string };
    const connectionId = randomUUID();
    this.#sessions.set(connectionId, Buffer.from(key, "base64"));
    return { status: 200, body: JSON.stringify({ connectionId }) };
  }

  #put({ headers, method }: IncomingMessage, path: string, body: Buffer): NonNullable<Fault["instead"]> {
    const [, , jobId = "", uploadId = ""] = path.split("/");
    const upload = this.jobs.get(jobId)?.uploads.get(uploadId);
    if (!upload || method !== "PUT" || headers["connection-id"] !== undefined) return { status: 403 };
    upload.part = body;
    return { status: 200, headers: { etag: `"${body.length}"` } };
  }

  #call(path: string, fields: Readonly<Record<string, unknown>>): { status?: number; content: Buffer } {
    const json = (value: object, status = 200) => ({ status, content: Buffer.from(JSON.stringify(value)) });
    if (path === "/api/newJob/") {
      const id = randomUUID();
      const rest = { isComplete: false, product: undefined, looksLeft: this.looks, runs: 0 };
      this.jobs.set(id, { id, archives: new Map(), uploads: new Map(), ...rest });
      return json({ orderId: id });
    }
    const job = this.jobs.get(String(fields["orderId"]));
    if (!job) throw new Error("Bucket not found.");
    switch (path) {
      case "/api/multipartUploadRequest/": {
        const uploadId = randomUUID();
        job.uploads.set(uploadId, { zipIndex: text(fields, "zipIndex"), part: undefined });
        return json({ uploadId });
      }
      case "/api/multipartPresignedUrl/":
        return json({ presignedUrl: `${this.url}/put/${job.id}/${text(fields, "uploadId")}` });
      case "/api/completeMultipartUpload/": {
        const upload = job.uploads.get(text(fields, "uploadId"));
        const [part] = fields["uploadParts"] as { PartNumber: number; ETag: string }[];
        if (!upload?.part || part?.ETag !== `"${upload.part.length}"`) throw new Error("Part not found.");
        job.archives.set(upload.zipIndex, upload.part);
        if (fields["finalPart"] === 1) job.isComplete = true;
        return json({});
      }
      case "/api/runJob/":
        if (!job.isComplete) throw new Error("No dataset found.");
        job.product = text(fields, "productName");
        job.runs += 1;
        return json({}, 202);
      case "/api/checkStatus/":
        return json(this.#statusOf(job));
      default:
        return { content: this.#resultOf(job, text(fields, "format")) };
    }
  }

  #statusOf(job: Job): object {
    const started = job.product !== undefined;
    if (started) job.looksLeft -= 1;
    const finished = started && job.looksLeft < 0 && !this.failed;
    const failed = started && job.looksLeft < 0 && this.failed;
    return { started, finished, failed, progress: finished ? 100 : 2, info: failed ? "ERR_GENERIC" : "" };
  }

  #resultOf({ id, product }: Job, format: string): Buffer {
    if (this.missing.includes(format)) throw new Error("Invalid format.");
    if (format === "png") return PNG;
    if (format !== "json") return Buffer.from(`${format} of ${product}\n`);
    const results = { Atypical: { value: 0.91 }, FWpSN: { value: 0.12 }, note: "text" };
    return Buffer.from(JSON.stringify({ orderID: this.orderIn(id), mlVersion: "2BP20V6_29", results }));
  }
}

/** A picture, with bytes behind it that look like padding. */
const PNG = Buffer.concat([
  encode({ width: 40, height: 56, data: new Uint8Array(40 * 56 * 3).fill(200), channels: 3 }),
  Buffer.alloc(4),
]);

const text = (fields: Readonly<Record<string, unknown>>, name: string): string => {
  const value = fields[name];
  if (typeof value !== "string") throw new Error(`${name} is no text.`);
  return value;
};

const refusal = (status: number, error: string) => ({ status, body: JSON.stringify({ error }) });

function opened(key: Buffer, body: Buffer): Readonly<Record<string, unknown>> {
  const bytes = Buffer.from(body.toString(), "base64");
  const decipher = createDecipheriv("aes-128-ctr", key, bytes.subarray(0, 16));
  return JSON.parse(decipher.update(bytes.subarray(16)).toString()) as Record<string, unknown>;
}

function hidden(key: Buffer, content: Buffer): string {
  const iv = randomBytes(16);
  return Buffer.concat([iv, createCipheriv("aes-128-ctr", key, iv).update(content)]).toString("base64");
}
