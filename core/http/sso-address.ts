// Addresses around single sign-on: only pages of this hub to come back to, and no plain HTTP across a network.
import type { Request } from "express";
import { ApiError } from "./api-error.ts";

/** The page to come back to; anything but a path on this hub becomes the first page. */
export function placeHere(wanted: unknown): string {
  if (typeof wanted !== "string" || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) || wanted.length > 500)
    return "/";
  return wanted.startsWith("/api/") || wanted.startsWith("/login") ? "/" : wanted;
}

/**
 *
 * @throws ApiError `access.https-needed`
 */
export function requireHttps(request: Request): void {
  if (request.secure || ["localhost", "127.0.0.1", "[::1]"].includes(request.hostname)) return;
  const message =
    "Single sign-on needs HTTPS. Behind a proxy that takes HTTPS, name the proxy in http.trustedProxies.";
  throw new ApiError(403, "access.https-needed", message);
}
