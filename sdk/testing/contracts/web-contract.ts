// Contract suite of kind "web": what every service on the hub's server does alike.
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Needs } from "../../kinds/declaration.ts";
import type { WebPlugin } from "../../kinds/web.ts";
import type { SettingsSchema } from "../../settings.ts";
import { declarationContract } from "./declaration-contract.ts";
import { type Bench, type Fixtures, type OpenBench, openBench } from "./plugin-bench.ts";
import { type ServedWeb, serveWeb } from "./served-web.ts";

export interface WebBench extends Bench {
  /**
   * Makes one good request, checks the answer, and tells the values in it that must not be in the log.
   * @param url absolute address of the service
   */
  readonly request: (url: string) => Promise<readonly string[]>;
  /** Begin of a request whose body the service waits for; left out when it has none. */
  readonly upload?: { readonly path: string; readonly headers: Readonly<Record<string, string>> };
}

/** Time to end requests politely. */
const STOPPED_MS = 10_000;

/** Nobody asks for these in good faith; `%s` is the path of the service. */
const STRANGE = [
  "GET %s/../../etc/passwd HTTP/1.1",
  "GET %s/%%2e%%2e/%%2e%%2e/etc/passwd HTTP/1.1",
  "GET %s/%%zz HTTP/1.1",
  "GET %s//// HTTP/1.1",
  "GET %s/?a=%%00&b=%%ff HTTP/1.1",
  "DELETE %s/no-such-thing HTTP/1.1",
  `GET %s/${"x".repeat(8000)} HTTP/1.1`,
];

/** Call it at the top of the plugin's test. */
export function webContract<S extends SettingsSchema, N extends Needs>(
  plugin: WebPlugin<S, N>,
  fixtures: Fixtures<WebBench>,
): void {
  describe(`${plugin.name} as a plugin of kind ${plugin.kind}`, () => {
    let bench: OpenBench<WebBench, S, N>;
    beforeAll(async () => {
      bench = await openBench(plugin, fixtures.open);
    });
    afterAll(() => bench.close());

    const start = async (): Promise<ServedWeb> => serveWeb(await plugin.start(bench.scope));

    declarationContract(plugin, fixtures.folder, () => bench.given.settings ?? {});

    test("its path is one the hub takes", async () => {
      const service = await plugin.start(bench.scope);
      expect(service.path).toMatch(/^(\/[a-z0-9]+(-[a-z0-9]+)*){1,3}$/);
      await service.stop();
    });

    test("a good request is answered, also after the service was stopped and started again", async () => {
      for (let time = 0; time < 2; time += 1) {
        await using web = await start();
        await bench.given.request(web.url);
        expect(web.bugs).toEqual([]);
      }
    });

    test("what nobody asks for in good faith is refused, and does no harm to the next one", async () => {
      await using web = await start();
      const { pathname } = new URL(web.url);
      for (const line of STRANGE) {
        const status = await statusOf(web.port, line.replaceAll("%%", "%").replaceAll("%s", pathname));
        expect({ line, refused: status >= 400 && status < 500 }).toEqual({ line, refused: true });
      }
      await bench.given.request(web.url);
      expect(web.bugs).toEqual([]);
    });

    test("stopping may be asked for twice, and refuses new requests with 503", async () => {
      const service = await plugin.start(bench.scope);
      await using web = await serveWeb(service);
      await Promise.all([service.stop(), service.stop()]);
      expect((await fetch(web.url)).status).toBe(503);
    });

    test("stopping ends a request whose body does not come", { timeout: STOPPED_MS }, async () => {
      const { upload } = bench.given;
      if (!upload) return;
      const web = await start();
      const { pathname } = new URL(web.url);
      const socket = connect(web.port, "127.0.0.1").on("error", () => {});
      const headers = Object.entries({ Host: "localhost", "Content-Length": "1000", ...upload.headers });
      const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      socket.write(`POST ${pathname}${upload.path} HTTP/1.1\r\n${head}\r\n`);
      await web.begun(1);
      const closed = once(socket.resume(), "close");
      await web.stop();
      await closed;
      expect(web.bugs).toEqual([]);
    });

    test("the log tells nothing of what was asked and answered", async () => {
      await using web = await start();
      const canaries = await bench.given.request(web.url);
      await web.stop();
      expect(canaries).not.toEqual([]);
      for (const canary of canaries) expect(bench.log.text()).not.toContain(canary);
    });
  });
}

/** Sends a request line as it stands, which no client library would. */
async function statusOf(port: number, line: string): Promise<number> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const [answer = ""] = (await once(socket, "data")).map(String);
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
