// The staged test of a destination, and requests through a proxy.
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { answering, hasOpenssl, NEEDS_OPENSSL, TestAuthority, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { createHttpClient } from "./http-client.ts";

const client = createHttpClient();
afterAll(() => client.close());
const never = new AbortController().signal;
const LOCAL = { privateNetworks: ["127.0.0.0/8"] };
const probe = (url: string) => client.probe({ url, ...LOCAL }, { method: "OPTIONS" }, never);

describe("A-193 a test says what happened at each stage", () => {
  it.each([
    [200, true, "accepted", "answered 200"],
    [204, true, "accepted", "answered 204"],
    [405, true, "accepted", "only a delivery tells"],
    [401, false, "sign-in", "does not take these credentials"],
    [403, false, "sign-in", "does not take these credentials"],
    [404, false, "accepted", "nothing at this path"],
    [429, false, "accepted", "too many requests"],
    [503, false, "accepted", "a problem of its own"],
  ])("status %i", async (status, ok, stage, words) => {
    await using server = await WebReceiver.start(answering(status));
    const report = await probe(server.url);
    expect(report.ok).toBe(ok);
    expect(report.stages?.at(-1)).toMatchObject({ stage, ok, message: expect.stringContaining(words) });
    expect(report.message).toBe(report.stages?.at(-1)?.message);
    expect(report.stages?.slice(0, 2)).toEqual([
      { stage: "name", ok: true, message: "127.0.0.1 is 127.0.0.1." },
      { stage: "connect", ok: true, message: `127.0.0.1:${server.port} takes connections.` },
    ]);
    expect(server.requests.map(({ method }) => method)).toEqual(["OPTIONS"]);
  });

  it("a name nobody knows, and a port where nobody listens", async () => {
    expect((await probe("http://no-such-host.invalid/")).stages).toMatchObject([
      { stage: "name", ok: false },
    ]);
    const server = await WebReceiver.start();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const { stages } = await probe(url);
    expect(stages).toMatchObject([
      { stage: "name", ok: true },
      { stage: "connect", ok: false, message: expect.stringContaining("nobody listens") },
    ]);
  });

  it("an address that is none", async () => {
    expect(await probe("reports")).toMatchObject({
      ok: false,
      message: expect.stringContaining("no http or https"),
    });
  });
});

describe.skipIf(!hasOpenssl)(`through a proxy${NEEDS_OPENSSL}`, () => {
  it("TLS goes through its tunnel, and a refusal of the proxy is told as such", async () => {
    using authority = new TestAuthority();
    await using server = await WebReceiver.start(answering(201), authority.sign("reports"));
    let takes = true;
    const asked: string[] = [];
    const sockets: Socket[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, near: Socket) => {
      asked.push(request.url ?? "");
      sockets.push(near);
      if (!takes) return void near.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      const far = connect(server.port, "127.0.0.1", () => {
        near.write("HTTP/1.1 200 OK\r\n\r\n");
        far.pipe(near).pipe(far);
      });
      far.on("error", () => {});
      near.on("error", () => {});
      return undefined;
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const through = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
    const tls = { caFile: authority.caFile };
    const destination = { url: server.url, ...LOCAL, tls, proxy: through };
    expect((await client.send(destination, { method: "POST", body: "x" }, never)).status).toBe(201);
    expect(asked).toEqual([`127.0.0.1:${server.port}`]);
    expect((await client.probe(destination, { method: "OPTIONS" }, never)).ok).toBe(true);
    takes = false;
    const fresh = { ...destination, maxAnswerBytes: 10, timeouts: { headersMs: 5000 } };
    await expect(client.send(fresh, { method: "POST", body: "x" }, never)).rejects.toMatchObject({
      code: "http.proxy",
    });
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
});
