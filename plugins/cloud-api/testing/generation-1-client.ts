// Speaks generation 1 as the public client libraries do, each in its dialect; for tests.
import { constants, createCipheriv, createDecipheriv, publicEncrypt, randomBytes } from "node:crypto";
import type { Dialect } from "./dialects.ts";

/** What a client library throws: the words of the server. */
export class ServerWords extends Error {
  override readonly name = "ServerWords";
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

export interface ClientParts {
  /** Address of the service, without a slash at its end. */
  readonly url: string;
  readonly apiKey: string;
  readonly dialect: Dialect;
  /** More headers, as a browser sends them. */
  readonly headers?: Readonly<Record<string, string>>;
}

export class GenerationOneClient {
  readonly #parts: ClientParts;
  #aesKey = randomBytes(16);
  connectionId = "";

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  async connect(): Promise<string> {
    const { url, apiKey, dialect } = this.#parts;
    const key = await this.#fetch(`${url}${dialect.keyPath}`, {});
    const { pub_key: pem } = (await key.json()) as { pub_key: string };
    this.#aesKey = randomBytes(16);
    const plain = Buffer.from(JSON.stringify({ aes_key: this.#aesKey.toString("base64") }));
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const body = publicEncrypt({ key: pem, padding, oaepHash: "sha256" }, plain).toString("base64");
    const headers = { "Content-Type": "text/plain", "X-Api-Key": apiKey };
    const reply = await this.#fetch(`${url}/api/connect/`, { method: "POST", headers, body });
    const { connectionId } = (await reply.json()) as { connectionId: string };
    this.connectionId = connectionId;
    return connectionId;
  }

  async newJob(): Promise<string> {
    const { orderId } = JSON.parse((await this.call("newJob")).toString("utf8")) as { orderId: string };
    return orderId;
  }

  /** Every archive in one part of its own, the last one marked as the last. */
  async upload(orderId: string, archives: readonly Buffer[]): Promise<void> {
    for (const [index, archive] of archives.entries()) {
      await this.uploadOne(orderId, index, archive, index === archives.length - 1);
    }
  }

  async uploadOne(orderId: string, index: number, archive: Buffer, isLast: boolean): Promise<void> {
    const { write, numbers } = this.#parts.dialect;
    const { zipIndex: zip, partNumber: number } = numbers(index);
    const common = { datasetId: orderId, orderId, zipIndex: write("zipIndex", zip) };
    const { uploadId } = await this.json<{ uploadId: string }>("multipartUploadRequest", common);
    const wanted = { ...common, uploadId, partNumber: write("partNumber", number) };
    const { presignedUrl } = await this.json<{ presignedUrl: string }>("multipartPresignedUrl", wanted);
    const put = await this.#fetch(presignedUrl, { method: "PUT", body: archive });
    const uploadParts = [{ PartNumber: write("PartNumber", number), ETag: put.headers.get("etag")! }];
    const finalPart = write("finalPart", isLast ? 1 : 0);
    await this.call("completeMultipartUpload", { ...common, uploadId, uploadParts, finalPart });
  }

  async json<T>(call: string, fields: object): Promise<T> {
    return JSON.parse((await this.call(call, fields)).toString("utf8")) as T;
  }

  async text(call: string, fields: object): Promise<string> {
    return (await this.call(call, fields)).toString("utf8");
  }

  /** @returns the reply, decrypted */
  async call(call: string, fields?: object): Promise<Buffer> {
    const reply = await this.raw(call, fields && this.encrypted(JSON.stringify(fields)));
    return this.#decrypted(await reply.text());
  }

  /** @param body as it goes out; without one it is a GET */
  raw(call: string, body?: string): Promise<Response> {
    const { url } = this.#parts;
    const headers = { "Content-Type": "text/plain", "Connection-Id": this.connectionId };
    const init = body === undefined ? { headers } : { method: "POST", headers, body };
    return this.#fetch(`${url}/api/${call}/`, init);
  }

  encrypted(text: string): string {
    const counter = randomBytes(16);
    const cipher = createCipheriv("aes-128-ctr", this.#aesKey, counter);
    const plain = this.#parts.dialect.pad(Buffer.from(text, "utf8"));
    return Buffer.concat([counter, cipher.update(plain)]).toString("base64");
  }

  #decrypted(text: string): Buffer {
    const bytes = Buffer.from(text, "base64");
    return createDecipheriv("aes-128-ctr", this.#aesKey, bytes.subarray(0, 16)).update(bytes.subarray(16));
  }

  /** @throws ServerWords unless its status is one that the library takes */
  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const own = { "Origin-Type": "API", ...this.#parts.headers };
    const headers =
      init.method === "PUT" ? { ...this.#parts.headers } : { ...own, ...(init.headers as object) };
    const response = await fetch(url, { ...init, headers });
    const call = init.method === "PUT" ? "put" : (/\/api\/(\w+)/.exec(url)?.[1] ?? "");
    const wanted = this.#parts.dialect.statuses?.[call];
    if (wanted === undefined ? response.ok : response.status === wanted) return response;
    const text = await response.text();
    throw new ServerWords(response.status, wordsIn(text));
  }
}

function wordsIn(text: string): string {
  try {
    return (JSON.parse(text) as { error: string }).error;
  } catch {
    return text;
  }
}
