// The end of a connection that the other side may cut: an error on the way there is one way of ending.
import type { Duplex } from "node:stream";

/** Resolves when it is closed; `once` of Node would reject when it was reset. Errors need a listener of their own. */
export const connectionClosed = (connection: Duplex): Promise<void> =>
  new Promise((resolve) => {
    if (connection.closed) resolve();
    else connection.once("close", () => resolve());
  });
