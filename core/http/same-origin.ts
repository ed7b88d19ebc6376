// Refuses changes that another web site asks for with the visitor's cookie (CSRF), beside the SameSite cookie.
import type { NextFunction, Request, Response } from "express";
import { ApiError } from "./api-error.ts";

/** Identity providers have browsers post here; nothing on it depends on a cookie. */
const POSTED_FROM_ELSEWHERE = "/api/saml/acs";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Browsers tell where a request comes from; scripts and HIS clients send neither header and pass. */
export function sameOrigin(request: Request, _response: Response, next: NextFunction): void {
  const { method, originalUrl } = request;
  if (!SAFE.has(method) && originalUrl !== POSTED_FROM_ELSEWHERE && isForeign(request)) {
    throw new ApiError(403, "access.foreign-site", "Another web site may not change anything here.");
  }
  next();
}

function isForeign(request: Request): boolean {
  const site = request.headers["sec-fetch-site"];
  const { origin, host } = request.headers;
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return origin !== undefined && hostOf(origin) !== host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
