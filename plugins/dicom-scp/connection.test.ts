// The connection alone, over a real socket: the brake in both directions, and the end.
import { EventEmitter, once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection } from "./connection.ts";

type Events = { received: [string]; idle: []; closed: []; overdue: [] };

/** A connection with its own end, the peer's end, and what its handler heard. */
async function connected(take = (_start: number, end: number) => end) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const peer = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [socket] = (await once(server, "connection")) as [Socket];
  const events = new EventEmitter<Events>();
  const heard: string[] = [];
  const connection = new Connection(socket, {
    received: (buffer, start, end) => {
      const stop = take(start, end);
      heard.push(buffer.toString("latin1", start, stop));
      events.emit("received", heard.at(-1) ?? "");
      return stop;
    },
    idle: () => heard.push("(idle)"),
    closed: () => events.emit("closed"),
  });
  return {
    connection,
    socket,
    peer,
    heard,
    events,
    [Symbol.asyncDispose]: async () => {
      peer.destroy();
      socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("a connection that is held", () => {
  it("passes nothing on, and then the rest from where it was stopped", async () => {
    await using under = await connected((start) => start + 2);
    const { connection, peer, heard, events } = under;
    events.on("received", () => connection.hold());
    const first = once(events, "received");
    peer.write("abcd");
    await first;
    expect(under.socket.isPaused()).toBe(true);
    const second = once(events, "received");
    connection.release();
    await second;
    expect(heard).toEqual(["ab", "cd"]);
    const third = once(events, "received");
    connection.release();
    peer.write("ef");
    await third;
    expect(heard).toEqual(["ab", "cd", "ef"]);
  });

  it("twice has to be released twice", async () => {
    await using under = await connected();
    const { connection, socket, peer, heard } = under;
    connection.hold();
    connection.hold();
    peer.write("abc");
    await once(socket, "pause");
    connection.release();
    expect(heard).toEqual([]);
    expect(socket.isPaused()).toBe(true);
    connection.release();
    expect(heard).toEqual(["abc"]);
    expect(socket.isPaused()).toBe(false);
  });

  it("hears all the same that the peer hangs up", async () => {
    await using under = await connected();
    under.connection.hold();
    const closed = once(under.events, "closed");
    under.peer.destroy();
    await closed;
  });
});

describe("the idle time", () => {
  const SECOND = 1000;
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  it("runs out when there is no progress, whatever bytes come", async () => {
    await using under = await connected();
    under.connection.setIdleTimeout(SECOND);
    for (let seconds = 0.9; seconds < 4; seconds += 0.9) {
      vi.advanceTimersByTime(0.9 * SECOND);
      under.connection.progress();
    }
    expect(under.heard).toEqual([]);
    const received = once(under.events, "received");
    under.peer.write("a drop");
    await received;
    vi.advanceTimersByTime(SECOND);
    expect(under.heard).toEqual(["a drop", "(idle)"]);
  });

  it("does not run while the connection is held: it is we who are slow", async () => {
    await using under = await connected();
    under.connection.setIdleTimeout(SECOND);
    under.connection.hold();
    vi.advanceTimersByTime(10 * SECOND);
    expect(under.heard).toEqual([]);
    under.connection.release();
    vi.advanceTimersByTime(SECOND);
    expect(under.heard).toEqual(["(idle)"]);
  });

  it("runs while the peer does not read its answers", async () => {
    await using under = await connected();
    under.peer.pause();
    under.connection.setIdleTimeout(SECOND);
    while (!under.socket.writableNeedDrain) under.connection.send(Buffer.alloc(100_000));
    vi.advanceTimersByTime(SECOND);
    expect(under.heard).toEqual(["(idle)"]);
  });
});

describe("a peer that does not read its answers", () => {
  it("is not read from until it does", async () => {
    await using under = await connected();
    const { connection, socket, peer, heard, events } = under;
    peer.pause();
    while (!socket.writableNeedDrain) connection.send(Buffer.alloc(100_000));
    peer.write("more");
    await once(socket, "pause");
    expect(heard).toEqual([]);
    const received = once(events, "received");
    peer.resume();
    await received;
    expect(heard).toEqual(["more"]);
  });
});

describe("the end", () => {
  it("comes after the time to linger when the peer does not close its side", async () => {
    await using under = await connected();
    const closed = once(under.events, "closed");
    under.connection.finish(Buffer.from("bye"), 20);
    const [bytes] = await once(under.peer, "data");
    expect(String(bytes)).toBe("bye");
    await closed;
  });

  it("throws away what still comes", async () => {
    await using under = await connected();
    const closed = once(under.events, "closed");
    under.connection.finish(Buffer.from("bye"), 10_000);
    under.peer.end("and another thing");
    await closed;
    expect(under.heard).toEqual([]);
  });

  it("may come before the deadline, which then means nothing", async () => {
    await using under = await connected();
    under.connection.setDeadline(60_000, () => under.events.emit("overdue"));
    const closed = once(under.events, "closed");
    under.connection.destroy();
    await closed;
    expect(under.connection.remoteAddress).toBe("127.0.0.1");
  });
});
