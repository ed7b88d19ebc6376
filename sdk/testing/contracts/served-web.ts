// Serves a web plugin's service as the hub does, on a port of its own.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebService } from "../../kinds/web.ts";

export interface ServedWeb extends AsyncDisposable {
  readonly port: number;
  /** Absolute address of the service. */
  readonly url: string;
  /** What `handle` threw; those requests were answered with 500. */
  readonly bugs: readonly unknown[];
  /** Resolves when the service has begun to handle this many requests in all. */
  begun(count: number): Promise<void>;
  /** Stops the service, then the server, as the hub does. */
  stop(): Promise<void>;
}

export async function serveWeb(service: WebService): Promise<ServedWeb> {
  const bugs: unknown[] = [];
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();
  let requests = 0;
  const server = createServer({ requestTimeout: 0 }, async (request, response) => {
    const { pathname, search } = parts(request.url ?? "");
    const inside = pathname === service.path || pathname.startsWith(`${service.path}/`);
    if (!inside) return void response.writeHead(404).end();
    const path = pathname.slice(service.path.length) || "/";
    const handled = service.handle({ request, response, path, query: new URLSearchParams(search) });
    requests += 1;
    for (const one of waiting) if (requests >= one.count) one.resolve();
    try {
      await handled;
    } catch (error) {
      bugs.push(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await service.stop();
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return {
    port,
    url: `http://127.0.0.1:${port}${service.path}`,
    bugs,
    begun: (count) =>
      new Promise((resolve) => {
        if (requests >= count) resolve();
        else waiting.add({ count, resolve });
      }),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
    [Symbol.asyncDispose]: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function parts(url: string): { pathname: string; search: string } {
  const at = url.indexOf("?");
  return at < 0 ? { pathname: url, search: "" } : { pathname: url.slice(0, at), search: url.slice(at + 1) };
}
