// A client of generation 2 of the cloud API for tests: token, orders, uploads in parts, results.
import { createHash } from "node:crypto";
import type { CloudOrder, PartUrls, UploadBegun } from "@thalamus/sdk/cloud";

export interface RestAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export class RestCloudClient {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  static async open(
    url: string,
    { id, secret }: { readonly id: string; readonly secret: string },
    scope = "",
  ): Promise<RestCloudClient> {
    const headers = { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
    const response = await fetch(`${url}/auth/token?${new URLSearchParams(scope === "" ? {} : { scope })}`, {
      headers,
    });
    if (response.status !== 200) throw new Error(`a token was refused with ${response.status}`);
    return new RestCloudClient(url, ((await response.json()) as { access_token: string }).access_token);
  }

  fetch(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json", ...more };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return fetch(`${this.url}${path}`, init);
  }

  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<RestAnswer<T>> {
    const response = await this.fetch(method, path, body, more);
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }

  /** @throws Error with the answer when it is refused */
  async newOrder(more: object = {}): Promise<CloudOrder> {
    const wanted = { products: ["quick-report"], ...more };
    return this.#done(await this.ask<CloudOrder>("POST", "/new-order", wanted));
  }

  async status(orderId: string): Promise<CloudOrder> {
    return this.#done(await this.ask<CloudOrder>("GET", `/status?order_id=${orderId}`));
  }

  /** Sends an archive as the cloud cuts it. */
  async upload(orderId: string, archive: Buffer): Promise<CloudOrder> {
    const wanted = { order_id: orderId, bytes: archive.length, sha256: sha256Of(archive) };
    const { upload_id, part_bytes } = this.#done(
      await this.ask<UploadBegun>("POST", "/upload/multipart/initiate", wanted),
    );
    const parts: { part_number: number; etag: string }[] = [];
    for (let at = 0; at < archive.length; at += part_bytes) {
      const piece = archive.subarray(at, at + part_bytes);
      const part_number = parts.length + 1;
      const url = await this.partUrl(upload_id, part_number, sha256Of(piece));
      const put = await fetch(url, { method: "PUT", body: new Uint8Array(piece) });
      if (put.status !== 200) throw new Error(`a part was refused with ${put.status}: ${await put.text()}`);
      parts.push({ part_number, etag: put.headers.get("etag") ?? "" });
    }
    return this.#done(await this.ask<CloudOrder>("POST", "/upload/multipart/complete", { upload_id, parts }));
  }

  async partUrl(upload_id: string, part_number: number, sha256?: string): Promise<string> {
    const part = { part_number, ...(sha256 === undefined ? {} : { sha256 }) };
    const wanted = { upload_id, parts: [part] };
    const path = "/upload/multipart/presigned-urls";
    return this.#done(await this.ask<PartUrls>("POST", path, wanted)).parts[0]!.url;
  }

  #done<T>({ status, body }: RestAnswer<T>): T {
    if (status >= 300) throw new Error(`it answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

export const sha256Of = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
