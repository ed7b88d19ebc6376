// A cloud of generation 2 for tests: it takes what its API says and nothing else, and goes wrong exactly where a test wants it.
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import {
  CLOUD_PROBLEMS,
  type CloudProblemCode,
  type CloudStatus,
  NewCloudOrder,
  PartUrlsWanted,
  UploadAbort,
  UploadBegin,
  UploadComplete,
} from "@thalamus/sdk/cloud";
import type { TSchema } from "typebox";
import { Check } from "typebox/value";
import { type Fault, HONEST } from "./faults.ts";
import {
  type Answer,
  type CallName,
  etagOf,
  type HostileFile,
  type HostileOrder,
  indexOf,
  json,
  nameOf,
  sightOf,
} from "./hostile-answers.ts";

export interface Asked {
  readonly name: CallName;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

const PDF = Buffer.from("%PDF-1.4\n%%EOF\n");

export class HostileCloud implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly orders = new Map<string, HostileOrder>();
  readonly heartbeats: unknown[] = [];
  readonly #faults = new Map<CallName, Fault[]>();
  readonly #byKey = new Map<string, string>();
  readonly #hashes = new Map<string, string>();
  readonly #open = new Set<Socket>();
  readonly #server: Server;
  /** Bytes of a part; far less than real ones, so that small studies have many. */
  partBytes = 6000;
  /** Looks at an order before it is delivered. */
  looks = 1;
  /** Says so instead of delivering. */
  ending: CloudStatus = "DELIVERED";
  secret = "s3cret";
  tokenSeconds = 3600;
  /** Whose result it says it is; that of the order unless set. */
  subject: { readonly study_uid?: string; readonly patient_id?: string } = {};
  scope = "orders:read orders:write results:read agents:write";
  token = "";
  files: HostileFile[] = [
    { name: "report", report_type: "pdf", media_type: "application/pdf", content: PDF },
    {
      name: "maps/FA",
      report_type: null,
      media_type: "application/x-nifti",
      content: Buffer.alloc(70_000, 7),
    },
  ];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request, response).catch(() => request.socket.destroy());
    });
    this.#server.on("connection", (socket: Socket) => {
      this.#open.add(socket);
      socket.on("error", () => {}).once("close", () => this.#open.delete(socket));
    });
  }

  static async start(port = 0): Promise<HostileCloud> {
    const cloud = new HostileCloud();
    cloud.#server.listen(port, "127.0.0.1");
    await once(cloud.#server, "listening");
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What happens to the next calls of this name, one fault each; then all is well again. */
  breaks(name: CallName, ...faults: readonly Fault[]): void {
    this.#faults.set(name, [...(this.#faults.get(name) ?? []), ...faults]);
  }

  calls(name: CallName): Asked[] {
    return this.asked.filter((one) => one.name === name);
  }

  get only(): HostileOrder {
    const [order, ...others] = [...this.orders.values()];
    if (!order || others.length > 0) throw new Error(`there are ${this.orders.size} orders`);
    return order;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    if (this.#server.listening) await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.url);
    const name = nameOf(request.method ?? "", url.pathname);
    const fault = this.#faults.get(name)?.shift() ?? HONEST;
    if (fault.inside) {
      // in the middle of the body, as far as there is one
      request.once("data", () => request.socket.destroy()).once("end", () => request.socket.destroy());
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const { method = "", headers } = request;
    const asked = { name, method, path: url.pathname, query: url.searchParams, headers, body };
    this.asked.push(asked);
    if (fault.before) return void request.socket.destroy();
    if (fault.instead) {
      const { status, headers: given = {}, body: text = "" } = fault.instead;
      return void response.writeHead(status, given).end(text);
    }
    const honest = this.#answer(asked);
    if (fault.after) return void request.socket.destroy();
    if (fault.silent) return fault.silent();
    const answer = fault.changed ? fault.changed(honest) : honest;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  #answer(asked: Asked): Answer {
    const { name, headers } = asked;
    if (name === "put") return this.#put(asked);
    if (name === "token") return this.#signIn(headers.authorization);
    if (headers.authorization !== `Bearer ${this.token}`)
      return json(401, { error: "token", message: "No." });
    try {
      return this.#call(asked);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return json(CLOUD_PROBLEMS[error.problem], { error: error.problem, message: "It is so." });
    }
  }

  #signIn(authorization = ""): Answer {
    const [id, secret] = Buffer.from(authorization.slice(6), "base64").toString().split(":");
    if (id !== "edge" || secret !== this.secret) return json(401, { error: "client", message: "Who?" });
    this.token = randomUUID();
    const expires = { expires_in: this.tokenSeconds, token_type: "Bearer", scope: "orders:read" };
    return json(200, { access_token: this.token, ...expires });
  }

  #call(asked: Asked): Answer {
    switch (asked.name) {
      case "new-order":
        return this.#place(asked);
      case "status":
        return json(200, this.#look(asked.query));
      case "cancel":
        return this.#end(this.#orderOf(asked.query));
      case "initiate":
        return this.#initiate(bodyOf(UploadBegin, asked));
      case "urls":
        return this.#urls(bodyOf(PartUrlsWanted, asked));
      case "complete":
        return this.#complete(bodyOf(UploadComplete, asked));
      case "abort":
        return this.#end(this.#uploading((bodyOf(UploadAbort, asked) as { upload_id: string }).upload_id));
      case "results":
        return this.#result(asked.query, "diagnostic");
      case "failure-report":
        return this.#result(asked.query, "failure");
      case "test-token":
        return json(200, { valid: true, scope: this.scope, organisation: "Here", expires_at: "" });
      case "list-orders": {
        const orders = [...this.orders.values()].map((order) => sightOf(order));
        return json(200, { orders, next_cursor: null });
      }
      case "heartbeat":
        this.heartbeats.push(JSON.parse(asked.body.toString()));
        return json(200, { received_at: new Date().toISOString() });
      default:
        return json(404, {});
    }
  }

  #place(asked: Asked): Answer {
    const wanted = bodyOf(NewCloudOrder, asked);
    if (wanted.products.includes("no-such-product")) throw new Refused("product-unknown");
    const key = String(asked.headers["idempotency-key"] ?? randomUUID());
    const known = this.orders.get(this.#byKey.get(key) ?? "");
    if (known) return json(200, sightOf(known));
    const id = randomUUID();
    const rest = { upload: undefined, archive: undefined, updatedAt: new Date().toISOString() };
    const order: HostileOrder = { id, wanted, status: "PENDING", looksLeft: this.looks, ...rest };
    this.orders.set(id, order);
    this.#byKey.set(key, id);
    return json(201, sightOf(order));
  }

  #orderOf(query: URLSearchParams): HostileOrder {
    const order = this.orders.get(query.get("order_id") ?? "");
    if (!order) throw new Refused("order-unknown");
    return order;
  }

  #look(query: URLSearchParams): object {
    const order = this.#orderOf(query);
    if (order.status === "DX_STARTED") {
      order.looksLeft -= 1;
      if (order.looksLeft < 0) order.status = this.ending;
    }
    return sightOf(order);
  }

  #end(order: HostileOrder): Answer {
    if (order.status !== "PENDING" && order.status !== "DX_STARTED") throw new Refused("too-late");
    order.status = "CANCELLED";
    order.upload = undefined;
    return json(200, sightOf(order));
  }

  #initiate({ order_id, bytes }: { readonly order_id: string; readonly bytes: number }): Answer {
    const order = this.orders.get(order_id);
    if (!order) throw new Refused("order-unknown");
    if (order.status === "EXPIRED") throw new Refused("order-expired");
    if (order.status !== "PENDING") throw new Refused("too-late");
    order.upload ??= { id: randomUUID(), bytes, parts: new Map() };
    const received = [...order.upload.parts].map(([part_number, part]) => ({
      part_number,
      etag: etagOf(part),
    }));
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const parts = Math.ceil(bytes / this.partBytes);
    return json(200, { upload_id: order.upload.id, part_bytes: this.partBytes, parts, received, expires_at });
  }

  #uploading(uploadId: string): HostileOrder {
    const order = [...this.orders.values()].find(({ upload }) => upload?.id === uploadId);
    if (!order) throw new Refused("upload-unknown");
    return order;
  }

  #urls({ upload_id, parts }: PartUrlsWanted): Answer {
    this.#uploading(upload_id);
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const addresses = parts.map(({ part_number, sha256 = "" }) => {
      this.#hashes.set(`${upload_id} ${part_number}`, sha256);
      const url = `${this.url}/parts/${upload_id}/${part_number}`;
      return { part_number, url, headers: { "x-part-key": "k1" }, expires_at };
    });
    return json(200, { parts: addresses });
  }

  #put({ path, headers, body }: Asked): Answer {
    const [, , id = "", number = ""] = path.split("/");
    if (headers.authorization !== undefined || headers["x-part-key"] !== "k1") return json(403, {});
    const order = [...this.orders.values()].find(({ upload }) => upload?.id === id);
    if (!order?.upload) return json(403, { error: "bad-address", message: "It has ended." });
    const sha256 = createHash("sha256").update(body).digest("hex");
    const wanted = this.#hashes.get(`${id} ${number}`);
    if (sha256 !== wanted) return json(409, { error: "part-differs", message: "Other bytes." });
    order.upload.parts.set(Number(number), body);
    return { status: 200, headers: { etag: etagOf(body) }, body: Buffer.alloc(0) };
  }

  #complete({ upload_id, parts }: UploadComplete): Answer {
    const order = this.#uploading(upload_id);
    const { upload } = order;
    const count = Math.ceil(upload!.bytes / this.partBytes);
    if (parts.length !== count) throw new Refused("part-missing");
    for (const { part_number, etag } of parts) {
      const part = upload!.parts.get(part_number);
      if (!part) throw new Refused("part-missing");
      if (etagOf(part) !== etag) throw new Refused("part-differs");
    }
    order.archive = Buffer.concat(parts.map(({ part_number }) => upload!.parts.get(part_number)!));
    order.upload = undefined;
    order.status = "DX_STARTED";
    return json(200, sightOf(order));
  }

  #result(query: URLSearchParams, kind: "diagnostic" | "failure"): Answer {
    const order = this.#orderOf(query);
    if (order.status === "EXPIRED") throw new Refused("order-expired");
    const isThere = kind === "failure" ? order.status === "FAILED" : order.status === "DELIVERED";
    if (!isThere) throw new Refused("not-ready");
    if (query.get("report_type") === "index")
      return json(200, { ...indexOf(order, kind, this.files), ...this.subject });
    const file = this.files.find(({ name, report_type: type }) =>
      type === null ? query.get("name") === name : query.get("report_type") === type,
    );
    if (!file) throw new Refused("report-unknown");
    const digest = createHash("sha256").update(file.content).digest("base64");
    const headers = { "content-type": file.media_type, "repr-digest": `sha-256=:${digest}:` };
    return { status: 200, headers, body: file.content };
  }
}

class Refused extends Error {
  readonly problem: CloudProblemCode;

  constructor(problem: CloudProblemCode) {
    super(problem);
    this.problem = problem;
  }
}

/** Whatever else is said is refused: nothing gets out of a house because somebody added it to an object. */
function bodyOf<S extends TSchema>(schema: S, { body }: Asked): import("typebox").Static<S> {
  const value: unknown = JSON.parse(body.toString());
  if (!Check(schema, value)) throw new Refused("bad-metadata");
  return value;
}
