// Ties a sign-in at an identity provider to the browser that began it, so that nobody slips a stranger's into another.
import { createHash, randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import { cookieOf } from "../sessions.ts";
import { ANSWER_WITHIN_MS } from "./sso-requests.ts";

const COOKIE = "thalamus_sso";

/**
 * SameSite=Lax: it comes along when the provider sends the browser back by GET. The session's cookie stays Strict.
 * @returns hash to keep beside the question
 */
export function markBrowser(request: Request, response: Response): string {
  const token = cookieOf(request, COOKIE) ?? randomBytes(32).toString("base64url");
  response.cookie(COOKIE, token, {
    ...{ httpOnly: true, sameSite: "lax", secure: request.secure, path: "/api", maxAge: ANSWER_WITHIN_MS },
  });
  return hashOf(token);
}

export function isMarkedBrowser(request: Request, hash: string): boolean {
  const token = cookieOf(request, COOKIE);
  return token !== undefined && hashOf(token) === hash;
}

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
