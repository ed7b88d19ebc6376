// GET /metrics in the Prometheus text format, for those whom the configuration lets in; for all others it is not there.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Request } from "express";
import type { HubConfig } from "../config/hub-config.ts";
import type { Api } from "./api.ts";
import { notFound } from "./api-error.ts";

export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

type Access = HubConfig["http"]["metrics"];

export function metricsRoute(api: Api, access: Access, metrics: MetricsSource): void {
  const methods = ["get", "post", "put", "patch", "delete"] as const;
  api.door({ methods, path: "/metrics", permission: "anyone" }, async ({ request, response }) => {
    if (request.method !== "GET" || !mayRead(request, access)) throw notFound("page");
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Type", metrics.contentType);
    response.end(await metrics.text());
  });
}

function mayRead(request: Request, { access, tokenSha256 }: Access): boolean {
  if (access === "off") return false;
  if (access === "loopback") return isLocal(request);
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || tokenSha256 === undefined) return false;
  const digest = createHash("sha256").update(token).digest();
  return timingSafeEqual(digest, Buffer.from(tokenSha256, "hex"));
}

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;
/** A proxy on this machine speaks for somebody else. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-real-ip"];

function isLocal({ socket, headers }: Request): boolean {
  return LOOPBACK.test(socket.remoteAddress ?? "") && FORWARDED.every((name) => headers[name] === undefined);
}
