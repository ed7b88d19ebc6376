// The HTTP client with servers that answer badly, late, elsewhere or not at all.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpDestination, HttpError, type HttpRequest } from "@thalamus/sdk";
import { type Answering, answering, WebReceiver } from "@thalamus/sdk/testing";
import { afterAll, describe, expect, it } from "vitest";
import { createHttpClient } from "./http-client.ts";

const client = createHttpClient();
afterAll(() => client.close());

const never = new AbortController().signal;
const LOCAL = { privateNetworks: ["127.0.0.0/8"] };
const POST: HttpRequest = { method: "POST", body: "report" };

const failure = async (
  url: string,
  more: Partial<HttpDestination> = {},
  request = POST,
  signal = never,
): Promise<HttpError> => {
  const error = await client.send({ url, ...LOCAL, ...more }, request, signal).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(HttpError);
  return error as HttpError;
};

/** A server that speaks no HTTP of its own. */
async function rawServer(
  take: (socket: Socket) => void,
): Promise<Server & AsyncDisposable & { url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    take(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const dispose = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return Object.assign(server, { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: dispose });
}

describe("answers", () => {
  it("any status is one, with headers and body", async () => {
    await using server = await WebReceiver.start(answering(422, { "X-Id": "7" }, '{"id":7}'));
    const answer = await client.send({ url: server.url, ...LOCAL }, POST, never);
    expect(answer).toMatchObject({ status: 422, headers: { "x-id": "7" }, isTruncated: false });
    expect(answer.body.toString()).toBe('{"id":7}');
    expect(server.requests[0]?.body.toString()).toBe("report");
  });

  it("Retry-After is understood as seconds and as a date", async () => {
    await using server = await WebReceiver.start();
    const after = async (value: string) => {
      server.answer = answering(503, { "Retry-After": value });
      return (await client.send({ url: server.url, ...LOCAL }, POST, never)).retryAfterMs;
    };
    expect(await after("120")).toBe(120_000);
    const inAMinute = (await after(new Date(Date.now() + 60_000).toUTCString())) ?? 0;
    expect(inAMinute).toBeGreaterThan(55_000);
    expect(inAMinute).toBeLessThanOrEqual(60_000);
    expect(await after("soon")).toBeUndefined();
    expect(await after("999999999")).toBe(86_400_000);
  });

  it("a body that is wanted in a file is written there with its checksum, and no longer than it may be", async () => {
    const folder = await mkdtemp(join(tmpdir(), "thalamus-http-"));
    const body = "0123456789".repeat(100_000);
    await using server = await WebReceiver.start(answering(200, {}, body));
    const path = join(folder, "body");
    const get = (maxBytes: number) =>
      client.send({ url: server.url, ...LOCAL }, { method: "GET", saveTo: { path, maxBytes } }, never);
    const sha256 = createHash("sha256").update(body).digest("hex");
    expect(await get(1_000_000)).toMatchObject({ isTruncated: false, saved: { bytes: 1_000_000, sha256 } });
    expect((await readFile(path, "latin1")) === body).toBe(true);
    expect((await get(999_999)).isTruncated).toBe(true);
    server.answer = answering(404, {}, "no");
    const missing = await get(1_000_000);
    expect([missing.body.toString(), missing.saved]).toEqual(["no", undefined]);
    await rm(folder, { recursive: true });
  });

  it("a streamed body arrives whole, with its length, and connections are used again", async () => {
    await using server = await WebReceiver.start();
    const part = Buffer.alloc(1_000_000, 1);
    async function* stream() {
      for (let turn = 0; turn < 5; turn += 1) yield part;
    }
    const request: HttpRequest = { method: "PUT", body: { bytes: 5_000_000, stream } };
    for (let turn = 0; turn < 3; turn += 1) await client.send({ url: server.url, ...LOCAL }, request, never);
    expect(server.requests.map(({ body }) => body.length)).toEqual([5_000_000, 5_000_000, 5_000_000]);
    expect(server.requests[0]?.headers["content-length"]).toBe("5000000");
    expect(new Set(server.requests.map(({ socket }) => socket)).size).toBe(1);
  });

  it("of a huge body only the beginning is read", async () => {
    await using server = await WebReceiver.start((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
      };
      response
        .writeHead(200)
        .on("drain", more)
        .on("error", () => {});
      more();
    });
    const answer = await client.send({ url: server.url, ...LOCAL, maxAnswerBytes: 100_000 }, POST, never);
    expect(answer).toMatchObject({ status: 200, isTruncated: true });
    expect(answer.body).toHaveLength(100_000);
  });
});

describe("what goes wrong has a code and words", () => {
  it("a name that is not known", async () => {
    const error = await failure("http://no-such-host.invalid/secret-path?name=CANARY");
    expect(error).toMatchObject({ code: "http.name-not-found", permanent: false });
    expect(error.message).toContain("no-such-host.invalid");
    expect(error.message).not.toMatch(/secret-path|CANARY/);
  });

  it("nobody listens", async () => {
    const server = await rawServer(() => {});
    const { url } = server;
    await server[Symbol.asyncDispose]();
    expect(await failure(url)).toMatchObject({ code: "http.refused", permanent: false });
  });

  it("connected, but no answer", async () => {
    await using server = await rawServer(() => {});
    const error = await failure(server.url, { timeouts: { headersMs: 1000 } });
    expect(error).toMatchObject({ code: "http.timeout", permanent: false });
    expect(error.message).toContain("no answer in time");
  });

  it("the answer begins and does not go on", async () => {
    const stalled: Answering = (_request, response) => void response.writeHead(200).write("begin");
    await using server = await WebReceiver.start(stalled);
    const error = await failure(server.url, { timeouts: { bodyMs: 1000 } });
    expect(error).toMatchObject({ code: "http.timeout" });
    expect(error.message).toContain("did not go on");
  });

  it("a request that is not read, and one that takes too long as a whole", async () => {
    await using server = await rawServer((socket) => socket.pause());
    async function* stream() {
      for (let turn = 0; turn < 640; turn += 1) yield Buffer.alloc(65_536);
    }
    const request: HttpRequest = { method: "POST", body: { bytes: 640 * 65_536, stream } };
    const error = await failure(server.url, { timeouts: { totalMs: 500 } }, request);
    expect(error).toMatchObject({ code: "http.timeout" });
    expect(error.message).toContain("not done after 0.5 s");
  });

  it("the line is cut before the answer, and in the middle of it", async () => {
    await using before = await rawServer((socket) => socket.once("data", () => socket.destroy()));
    expect(await failure(before.url)).toMatchObject({ code: "http.cut", permanent: false });
    await using middle = await rawServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    });
    expect(await failure(middle.url)).toMatchObject({ code: "http.cut", permanent: false });
  });

  it("no HTTP at all, and no URL", async () => {
    await using server = await rawServer((socket) =>
      socket.once("data", () => socket.end("220 mail ESMTP\r\n")),
    );
    expect(await failure(server.url)).toMatchObject({ code: "http.bad-answer" });
    for (const url of ["", "ftp://host/", "file:///etc/passwd", "reports"]) {
      expect(await failure(url)).toMatchObject({ code: "http.bad-address", permanent: true });
    }
  });
});

describe("redirects", () => {
  it("within the same origin the request is sent again, within reason", async () => {
    await using server = await WebReceiver.start((_request, response, count) => {
      response.writeHead(count < 3 ? 308 : 201, { Location: "/second" }).end();
    });
    const answer = await client.send({ url: `${server.url}/first`, ...LOCAL }, POST, never);
    expect(answer.status).toBe(201);
    expect(server.requests.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
      "POST /first report",
      "POST /second report",
      "POST /second report",
    ]);
    server.answer = answering(307, { Location: "/again" });
    expect(await failure(server.url)).toMatchObject({ code: "http.redirect", permanent: true });
  });

  it("another host, port or scheme is not followed", async () => {
    await using other = await WebReceiver.start();
    for (const location of [
      other.url,
      "http://localhost/",
      "https://example.org/x?CANARY",
      "//example.org/",
      "http://",
    ]) {
      await using server = await WebReceiver.start(answering(307, { Location: location }));
      const error = await failure(server.url);
      expect(error).toMatchObject({ code: "http.redirect", permanent: true });
      expect(error.message).not.toContain("CANARY");
    }
    expect(other.requests).toEqual([]);
  });

  it("a redirect that would turn a POST into a GET is an answer", async () => {
    await using server = await WebReceiver.start(answering(302, { Location: "/login" }));
    expect((await client.send({ url: server.url, ...LOCAL }, POST, never)).status).toBe(302);
    expect(server.requests).toHaveLength(1);
  });
});

describe("cancelling and limits", () => {
  it("an aborted request ends with the signal's reason, also while it waits for its turn", async () => {
    await using server = await WebReceiver.start(() => {});
    const destination = { url: server.url, ...LOCAL, limits: { concurrent: 1 } };
    const abort = new AbortController();
    const both = [client.send(destination, POST, abort.signal), client.send(destination, POST, abort.signal)];
    const reason = new Error("cancelled");
    abort.abort(reason);
    const ended = await Promise.allSettled(both);
    expect(ended).toEqual([reason, reason].map((one) => ({ status: "rejected", reason: one })));
  });

  it("no more at once than the destination bears, and no more in an interval", async () => {
    let now = 0;
    let most = 0;
    const times: number[] = [];
    await using server = await WebReceiver.start((_request, response) => {
      now += 1;
      most = Math.max(most, now);
      times.push(performance.now());
      setImmediate(() => {
        now -= 1;
        response.writeHead(200).end();
      });
    });
    const limits = { concurrent: 2, perInterval: 3, intervalMs: 500 };
    const destination = { url: server.url, ...LOCAL, limits };
    await Promise.all(Array.from({ length: 7 }, () => client.send(destination, POST, never)));
    expect(most).toBeLessThanOrEqual(2);
    expect(times[6]! - times[0]!).toBeGreaterThan(500);
  });

  it("closing ends what is in hand and takes nothing more", async () => {
    await using server = await WebReceiver.start(() => {});
    const own = createHttpClient();
    const destination = { url: server.url, ...LOCAL, limits: { concurrent: 1 } };
    const ended = Promise.allSettled([
      own.send(destination, POST, never),
      own.send(destination, POST, never),
    ]);
    await new Promise<void>((resolve) => {
      server.answer = () => resolve();
      if (server.requests.length > 0) resolve();
    });
    await own.close();
    for (const one of await ended) expect(one.status).toBe("rejected");
    await expect(own.send(destination, POST, never)).rejects.toMatchObject({ code: "http.stopping" });
  });
});
