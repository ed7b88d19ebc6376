// Reads a form that a browser posts (application/x-www-form-urlencoded), with a limit; only one route takes one.
import type { Request } from "express";
import { ApiError } from "./api-error.ts";

/** @throws ApiError `api.unreadable` */
export async function readForm(request: Request, largest: number): Promise<URLSearchParams> {
  if (!request.is("application/x-www-form-urlencoded")) throw unreadable(415);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw unreadable(413);
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString("utf8"));
}

const unreadable = (status: number): ApiError =>
  new ApiError(status, "api.unreadable", "The request could not be read.");
