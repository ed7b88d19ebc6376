// The transfer of an upload's bytes by the tus protocol 1.0: may be broken off at any byte, and goes on there.
import { randomUUID } from "node:crypto";
import { FileStore } from "@tus/file-store";
import { EVENTS, type Locker, Server, type Upload as TusUpload } from "@tus/server";
import type { Request, Response } from "express";
import type { Visitor } from "../access/visitor.ts";
import type { UploadRow } from "../database/entities/upload.ts";
import type { Api } from "../http/api.ts";
import type { HubLog } from "../observe/log.ts";
import { TransferRefusal } from "./transfer-refusal.ts";
import type { Uploads } from "./uploads.ts";

export const TRANSFER_PATH = "/api/uploads/files";
const METHODS = ["options", "post", "head", "patch", "delete"] as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A transfer that has to let go puts away what it has in hand for this long. */
const DRAIN_MS = 500;
const PROTOCOL = { "Tus-Resumable": "1.0.0", "Cache-Control": "no-store" };

export interface DoorParts {
  readonly uploads: Uploads;
  readonly locks: Locker;
  readonly log: HubLog;
}

/**
 * `POST /api/uploads/files` with metadata `upload` (id of an announced upload) and perhaps `sha256` (hex or
 * base64), then PATCH, HEAD and DELETE on the address it answers. Other metadata, such as a file name, is dropped.
 */
export function transferRoutes(api: Api, parts: DoorParts): void {
  const door = new TransferDoor(parts);
  const path = `${TRANSFER_PATH}{/:id}`;
  api.door({ methods: METHODS, path, permission: "uploads.create" }, ({ visitor, request, response }) =>
    door.serve(visitor!, request, response),
  );
}

class TransferDoor {
  readonly #parts: DoorParts;
  readonly #tus: Server;
  /** Who is behind a request that the protocol's server works on. */
  readonly #visitors = new WeakMap<object, Visitor>();

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const { uploads, locks } = parts;
    this.#tus = new Server({
      path: TRANSFER_PATH,
      datastore: new FileStore({ directory: uploads.folder }),
      locker: locks,
      maxSize: uploads.largestBytes,
      relativeLocation: true,
      lockDrainTimeout: DRAIN_MS,
      // no other web site may read an answer
      allowedOrigins: () => false,
      namingFunction: (_request, metadata) => announcedId(metadata),
      onUploadCreate: (request, upload) => this.#begin(visitorKey(request), upload),
      onUploadFinish: async (_request, upload) => {
        await this.#finish(upload.id);
        return {};
      },
      onResponseError: (_request, error) => this.#explain(error),
    });
    this.#tus.on(EVENTS.POST_RECEIVE, (_stream, { id, offset }: TusUpload) => {
      void uploads.store.seen(id, offset).catch(() => undefined);
    });
  }

  async serve(visitor: Visitor, request: Request, response: Response): Promise<void> {
    this.#visitors.set(request, visitor);
    cutOffWhenSilent(request, this.#parts.uploads.settings.silenceSeconds);
    try {
      const { id } = request.params;
      if (typeof id !== "string" || request.method === "OPTIONS") await this.#tus.handle(request, response);
      else await this.#goOn(await this.#own(id, visitor), visitor, request, response);
    } catch (error) {
      if (!(error instanceof TransferRefusal)) throw error;
      answer(response, error);
    }
  }

  async #goOn(row: UploadRow, visitor: Visitor, request: Request, response: Response): Promise<void> {
    const { uploads } = this.#parts;
    if (request.method === "DELETE") {
      if (!(await uploads.cancel(row, visitor.name))) throw tooLate(row);
      response.writeHead(204, PROTOCOL).end();
      return;
    }
    if (row.state === "receiving" && request.method === "HEAD") await this.#finish(row.id);
    const now = row.state === "receiving" ? ((await uploads.store.find(row.id)) ?? row) : row;
    if (now.state === "receiving") {
      await this.#tus.handle(request, response);
    } else if (request.method === "HEAD" && now.receivedBytes === now.bytes) {
      // the answer to the last byte was lost: the sender learns that all of them are here
      const all = String(now.bytes);
      response.writeHead(200, { ...PROTOCOL, "Upload-Offset": all, "Upload-Length": all }).end();
    } else throw tooLate(now);
  }

  /** @throws TransferRefusal when it is not there, or somebody else's */
  async #own(id: string, visitor: Visitor): Promise<UploadRow> {
    const row = UUID.test(id) ? await this.#parts.uploads.store.find(id) : null;
    if (!row) throw new TransferRefusal(404, "api.not-found", "There is no such upload.");
    if (row.account.id === visitor.accountId) return row;
    throw new TransferRefusal(403, "upload.not-yours", "Only who announced an upload may transfer it.");
  }

  async #begin(key: object | undefined, upload: TusUpload) {
    const visitor = key && this.#visitors.get(key);
    if (!visitor) throw new TransferRefusal(401, "access.sign-in", "Sign in first.");
    const row = await this.#own(upload.id, visitor);
    if (upload.size === undefined) {
      throw new TransferRefusal(400, "upload.length-needed", "Say the length of the upload when it begins.");
    }
    await this.#parts.uploads.begin(row, upload.size, announcedSha256(upload.metadata));
    // a file name may hold the patient's, so nothing the sender said about the file is written down
    return { metadata: {} };
  }

  /** Harmless when bytes are missing still, or it was known before. */
  async #finish(id: string): Promise<void> {
    const { uploads } = this.#parts;
    const row = await uploads.store.find(id);
    if (row?.state === "receiving" && (await uploads.queue.complete(row))) uploads.queue.look();
  }

  /** Words of the protocol's server name paths, and its errors may be of the database. */
  #explain(
    error: Error | { status_code: number; body: string },
  ): { status_code: number; body: string } | undefined {
    if (error instanceof TransferRefusal) return error;
    if ("status_code" in error) {
      if (error.status_code !== 413) return undefined;
      const message = `An upload may have ${this.#parts.uploads.settings.largestMegabytes} MB at most.`;
      return new TransferRefusal(413, "upload.too-large", message);
    }
    const errorId = randomUUID();
    this.#parts.log.warn("upload.transfer-failed", { errorId, error: error.name });
    const message = `The hub could not go on. Try again, or look for ${errorId} in the log.`;
    return new TransferRefusal(503, "upload.interrupted", message);
  }
}

/** until the last byte of the request; afterwards the hub may take its time. */
function cutOffWhenSilent(request: Request, seconds: number): void {
  const { socket } = request;
  const silent = () => request.destroy();
  socket.setTimeout(seconds * 1000);
  socket.once("timeout", silent);
  for (const over of ["end", "close"]) request.once(over, () => socket.off("timeout", silent));
}

/** The request of Node behind the one that the protocol's server made of it. */
function visitorKey(request: {
  runtime?: { node?: { req: object } | undefined } | undefined;
}): object | undefined {
  return request.runtime?.node?.req;
}

/** @throws TransferRefusal `upload.not-announced` */
function announcedId(metadata: Record<string, string | null> | undefined): string {
  const id = metadata?.["upload"] ?? "";
  if (UUID.test(id)) return id;
  const message =
    "Announce the upload with POST /api/uploads first, and name its id in the metadata as upload.";
  throw new TransferRefusal(400, "upload.not-announced", message);
}

/** @throws TransferRefusal `upload.bad-checksum` */
function announcedSha256(metadata: Record<string, string | null> | undefined): string | undefined {
  const given = metadata?.["sha256"];
  if (!given) return undefined;
  const hex = /^[0-9a-f]{64}$/i.test(given) ? given : Buffer.from(given, "base64").toString("hex");
  if (hex.length === 64) return hex.toLowerCase();
  throw new TransferRefusal(
    400,
    "upload.bad-checksum",
    "sha256 must be 64 hex digits, or base64 of 32 bytes.",
  );
}

function tooLate({ state }: UploadRow): TransferRefusal {
  return new TransferRefusal(410, "upload.over", `This upload takes no more bytes: it is ${state}.`);
}

function answer(response: Response, { status_code, body }: TransferRefusal): void {
  response.writeHead(status_code, { ...PROTOCOL, "Content-Type": "application/json" }).end(body);
}
