// Gives a request's body a time limit. Uploads of plugins have limits of their own, so the server has none.
import type { RequestHandler } from "express";

/** @param ms from the request's head to the end of its body; a client that takes longer is cut off */
export const bodyDeadline =
  (ms: number): RequestHandler =>
  (request, _response, next) => {
    const timer = setTimeout(() => request.destroy(), ms);
    const over = () => clearTimeout(timer);
    request.once("end", over).once("close", over);
    next();
  };
