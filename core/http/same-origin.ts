// Refuses changes that another web site asks for with the visitor's cookie (CSRF), beside the SameSite cookie.
import type { NextFunction, Request, Response } from "express";
import { ApiError } from "./api-error.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Browsers tell where a request comes from; scripts and HIS clients send neither header and pass. */
export function sameOrigin(request: Request, _response: Response, next: NextFunction): void {
  if (SAFE.has(request.method)) return next();
  const site = request.headers["sec-fetch-site"];
  const { origin, host } = request.headers;
  const foreign =
    site !== undefined
      ? site !== "same-origin" && site !== "none"
      : origin !== undefined && hostOf(origin) !== host;
  if (foreign)
    throw new ApiError(403, "access.foreign-site", "Another web site may not change anything here.");
  next();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
