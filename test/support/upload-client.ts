// Sends uploads as programs do: announced over the API, transferred by a real tus client, watched to their end.

import { connect, type Socket } from "node:net";
import { Upload as TusUpload } from "tus-js-client";
import type { Static } from "typebox";
import { vi } from "vitest";
import type { UploadRow } from "../../core/http/schemas.ts";
import type { ApiClient } from "./api-client.ts";

export type UploadView = Static<typeof UploadRow>;

/** @returns the announced upload */
export async function announce(api: ApiClient, form: object = {}): Promise<UploadView> {
  const { status, body } = await api.call<UploadView>("POST", "/api/uploads", form);
  if (status !== 201) throw new Error(`announcing answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

export interface TransferOptions {
  readonly metadata?: Record<string, string>;
  readonly chunkSize?: number;
  /** Of taking in, in ms. */
  readonly timeout?: number;
}

/** Transfers bytes; resolves when the hub has all of them. */
export function transfer(
  api: ApiClient,
  id: string,
  bytes: Buffer,
  { metadata = {}, chunkSize = 4_000_000 }: TransferOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    new TusUpload(bytes, {
      endpoint: api.address("/api/uploads/files"),
      headers: api.headers(),
      metadata: { upload: id, ...metadata },
      chunkSize,
      retryDelays: null,
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
}

/** Reads an upload until the hub is through with it. */
export async function ended(api: ApiClient, id: string, timeout = 30_000): Promise<UploadView> {
  let upload: UploadView | undefined;
  const look = async () => {
    upload = (await api.call<UploadView>("GET", `/api/uploads/${id}`)).body;
    if (upload.finishedAt === null) throw new Error(`the upload is ${upload.state}`);
  };
  await vi.waitFor(look, { timeout, interval: 50 });
  return upload!;
}

/** Announces, transfers and waits. */
export async function uploaded(
  api: ApiClient,
  bytes: Buffer,
  form: object = {},
  options: TransferOptions = {},
): Promise<UploadView> {
  const { id } = await announce(api, form);
  await transfer(api, id, bytes, options);
  return await ended(api, id, options.timeout);
}

/** A sender whose connection stays open and whose bytes do not come. */
export function stuckSender(
  api: ApiClient,
  id: string,
  port: number,
  offset: number,
  bytes: Buffer,
): Promise<Socket> {
  const { cookie = "" } = api.headers();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const lines = [
    `PATCH /api/uploads/files/${id} HTTP/1.1`,
    ...[`Host: 127.0.0.1:${port}`, `Cookie: ${cookie}`, "Tus-Resumable: 1.0.0", `Upload-Offset: ${offset}`],
    ...["Content-Type: application/offset+octet-stream", `Content-Length: ${bytes.length}`],
  ];
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      socket.write(bytes.subarray(0, 100), () => resolve(socket));
    });
  });
}
