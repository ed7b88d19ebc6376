// An answer that says what is wrong with a request: status, dotted code, words without PHI.
import { randomUUID } from "node:crypto";
import type { ErrorRequestHandler } from "express";
import type { HubLog } from "../observe/log.ts";

export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const notFound = (what: string): ApiError =>
  new ApiError(404, "api.not-found", `There is no such ${what}.`);

/** Turns anything thrown in a route into JSON; details of a bug go to the log under an error id. */
export function answerErrors(log: HubLog): ErrorRequestHandler {
  return (error: Error & { status?: number; type?: string }, request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof ApiError) {
      const { status, code, message, details } = error;
      response.status(status).json({ code, message, ...(details === undefined ? {} : { details }) });
      return;
    }
    if (error.status !== undefined && error.status >= 400 && error.status < 500) {
      // body-parser: too large, not JSON, bad encoding
      response
        .status(error.status)
        .json({ code: "api.unreadable", message: "The request could not be read." });
      return;
    }
    const errorId = randomUUID();
    const where =
      error.stack
        ?.split("\n")
        .slice(1, 4)
        .map((line) => line.trim()) ?? [];
    log.error("http.bug", { errorId, method: request.method, error: error.name, where });
    const message = `The hub failed. Look for ${errorId} in the log.`;
    response.status(500).json({ code: "api.bug", message, errorId });
  };
}
