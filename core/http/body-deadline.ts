// Gives a request's body a time limit. Uploads of plugins have limits of their own, so the server has none.
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";

/** @param ms from the request's head to the end of its body; a client that takes longer is cut off */
export const bodyDeadline =
  (ms: number): RequestHandler =>
  (request, _response, next) => {
    if (hasBody(request)) {
      const timer = setTimeout(() => request.destroy(), ms);
      const over = () => clearTimeout(timer);
      request.once("end", over).once("close", over);
    }
    next();
  };

/** Without one nobody reads the request to its end, and a live stream may answer it for hours (RFC 9112 6.3). */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
