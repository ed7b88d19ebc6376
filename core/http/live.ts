// Live changes for screens as server-sent events; a hint to look, never a source of truth.
import type { Request, Response } from "express";
import type { Observable } from "rxjs";
import type { Visitor } from "../access/visitor.ts";
import type { Change } from "../observe/changes.ts";
import type { Api, Recognize } from "./api.ts";
import { EVENT_STREAM_HEAD } from "./event-stream.ts";

const HEARTBEAT_MS = 15_000;
/** A browser that reads this slowly is sent away and comes back by itself. */
const MOST_BUFFERED = 1_000_000;

export interface LiveParts {
  readonly changes$: Observable<Change>;
  /** The connection to the database was away, so changes may have been missed. */
  readonly gap$: Observable<void>;
  readonly recognize: Recognize;
}

/** `GET /api/live`: `event: changed`, data `{resource,id,kind,studyId,patch}`; `event: gap` means read again. */
export function liveRoute(api: Api, parts: LiveParts): () => void {
  const open = new Set<Response>();
  const declaration = { methods: ["get"], path: "/api/live", permission: "studies.read" } as const;
  api.door(declaration, ({ visitor, request, response }) => {
    open.add(response);
    stream(request, response, parts, visitor!);
    response.on("close", () => open.delete(response));
  });
  return () => {
    for (const response of open) response.end();
  };
}

function stream(request: Request, response: Response, parts: LiveParts, visitor: Visitor): void {
  response.writeHead(200, EVENT_STREAM_HEAD);
  response.write("retry: 2000\n\nevent: ready\ndata: {}\n\n");
  const send = (event: string, data: unknown) => {
    if (response.writableLength > MOST_BUFFERED) response.destroy();
    else response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const changes = parts.changes$.subscribe((change) => send("changed", change));
  const gaps = parts.gap$.subscribe(() => send("gap", {}));
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  const beat = async () => {
    // a session that ended elsewhere ends its stream too
    const still = await parts.recognize(request).catch(() => visitor);
    if (still) send("ping", {});
    else response.end();
  };
  response.on("close", () => {
    clearInterval(heartbeat);
    changes.unsubscribe();
    gaps.unsubscribe();
  });
}
