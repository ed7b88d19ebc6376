// The MLLP client with receivers that do as they are told: acknowledgements, and everything else that comes instead.
import { readFileSync } from "node:fs";
import { MllpError, type MllpPeer } from "@thalamus/sdk";
import { hasOpenssl, NEEDS_OPENSSL, TestAuthority } from "@thalamus/sdk/testing";
import { describe, expect, it, test } from "vitest";
import { createMllp } from "./mllp-client.ts";
import { MllpGarbage, MllpReader } from "./mllp-frames.ts";
import { type Answering, accept, acknowledge, MllpTestReceiver } from "./testing/mllp-receiver.ts";

const never = new AbortController().signal;
const mllp = createMllp({ connectMs: 2000, maxAnswerBytes: 4096 });
const peerAt = (port: number, over: Partial<MllpPeer> = {}): MllpPeer => {
  return { host: "127.0.0.1", port, keepOpen: false, answerSeconds: 5, ...over };
};
const messageOf = (controlId: string, text = "") => {
  const lines = `MSH|^~\\&|||||||ORU^R01|${controlId}|P|2.5.1\rNTE|1||${text}\r`;
  return { bytes: Buffer.from(lines), controlId };
};
const write =
  (bytes: string): Answering =>
  (socket) => {
    socket.write(bytes, "latin1");
  };

async function failure(answering: Answering, over: Partial<MllpPeer> = {}): Promise<MllpError> {
  await using receiver = await MllpTestReceiver.start(answering);
  const sent = mllp.send(peerAt(receiver.port, over), messageOf("ID1"), never);
  const error = await sent.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(MllpError);
  return error as MllpError;
}

describe("a message", () => {
  it("arrives as it is, however large, and its acknowledgement comes back", async () => {
    await using receiver = await MllpTestReceiver.start();
    const text = "Müller 山".repeat(100_000);
    const answer = await mllp.send(peerAt(receiver.port), messageOf("ID1", text), never);
    expect(answer.segment("MSA")?.text(1)).toBe("AA");
    expect(receiver.received[0]?.text).toBe(messageOf("ID1", text).bytes.toString());
  });

  it.each(["AA", "AE", "AR", "CA", "CE", "CR"])("that is answered with %s is answered", async (code) => {
    const answering: Answering = (socket, { controlId }) => socket.write(acknowledge(code, controlId));
    await using receiver = await MllpTestReceiver.start(answering);
    const answer = await mllp.send(peerAt(receiver.port), messageOf("ID1"), never);
    expect(answer.segment("MSA")?.text(1)).toBe(code);
  });

  it("is acknowledged also in pieces, and without the last carriage return", async () => {
    const pieces = [...acknowledge("AA", "ID1").slice(0, -1)];
    const answering: Answering = async (socket) => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await using receiver = await MllpTestReceiver.start(answering);
    const answer = await mllp.send(peerAt(receiver.port), messageOf("ID1"), never);
    expect(answer.segment("MSA")?.text(2)).toBe("ID1");
  });
});

describe("what goes wrong", () => {
  it.each([
    ["another control id", acknowledge("AA", "ID2"), "mllp.wrong-answer"],
    ["no control id", acknowledge("AA", ""), "mllp.wrong-answer"],
    ["something that is no block", "HTTP/1.1 400 Bad Request\r\n\r\n", "mllp.garbage"],
    ["a block that is no message", "\x0bhello\x1c\r", "mllp.garbage"],
    ["a message without MSA", "\x0bMSH|^~\\&|A\rPID|1\r\x1c\r", "mllp.garbage"],
    ["a block without end", `\x0b${"x".repeat(5000)}`, "mllp.garbage"],
  ])("%s", async (_name, answer, code) => {
    expect(await failure(write(answer))).toMatchObject({ code, permanent: false });
  });

  it("no answer in time", async () => {
    const late = await failure(() => {}, { answerSeconds: 0.05 });
    expect(late).toMatchObject({ code: "mllp.timeout", message: "no acknowledgement within 0.05 s" });
  });

  it("a cut instead of an answer, and in the middle of one", async () => {
    expect((await failure((socket) => socket.destroy())).code).toBe("mllp.broken");
    expect((await failure((socket) => socket.end("\x0bMSH|^~"))).code).toBe("mllp.broken");
  });

  it("nobody listens", async () => {
    const receiver = await MllpTestReceiver.start();
    const { port } = receiver;
    await receiver[Symbol.asyncDispose]();
    const sent = mllp.send(peerAt(port), messageOf("ID1"), never);
    await expect(sent).rejects.toMatchObject({ code: "mllp.unreachable", permanent: false });
  });

  it("an abort ends the waiting at once, with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error("the step was cancelled");
    await using receiver = await MllpTestReceiver.start(() => abort.abort(reason));
    await expect(mllp.send(peerAt(receiver.port), messageOf("ID1"), abort.signal)).rejects.toBe(reason);
    await expect(mllp.send(peerAt(receiver.port), messageOf("ID1"), abort.signal)).rejects.toBe(reason);
    expect(receiver.received).toHaveLength(1);
  });
});

describe("a connection that is kept open", () => {
  const send = (port: number, id: string, signal = never) =>
    mllp.send(peerAt(port, { keepOpen: true }), messageOf(id), signal);

  it("takes one message after the other, in order", async () => {
    await using receiver = await MllpTestReceiver.start();
    const ids = Array.from({ length: 50 }, (_, index) => `ID${index}`);
    await Promise.all(ids.map((id) => send(receiver.port, id)));
    expect(receiver.received.map(({ controlId }) => controlId)).toEqual(ids);
    expect(receiver.connections).toBe(1);
  });

  it("is opened anew after the receiver hung up, and after a message that failed", async () => {
    await using receiver = await MllpTestReceiver.start();
    await send(receiver.port, "ID1");
    receiver.cut();
    await send(receiver.port, "ID2");
    receiver.answering = write("nonsense");
    await expect(send(receiver.port, "ID3")).rejects.toMatchObject({ code: "mllp.garbage" });
    receiver.answering = accept;
    await send(receiver.port, "ID4");
    expect(receiver.connections).toBe(3);
  });

  it("does not take a late answer for that of the next message", async () => {
    await using receiver = await MllpTestReceiver.start((socket, message) => {
      accept(socket, message);
      accept(socket, message);
    });
    await send(receiver.port, "ID1");
    const next = await send(receiver.port, "ID2").catch((error: unknown) => error);
    if (next instanceof MllpError) expect(next.code).toMatch(/^mllp\.(wrong-answer|broken)$/);
    else expect(next).toHaveProperty("segments");
  });

  it("who gives up waiting for their turn does not let the next one in too early", async () => {
    const waiting = Promise.withResolvers<void>();
    await using receiver = await MllpTestReceiver.start((socket, message) => {
      if (message.controlId === "ID1") void waiting.promise.then(() => accept(socket, message));
      else accept(socket, message);
    });
    const abort = new AbortController();
    const first = send(receiver.port, "ID1");
    const second = send(receiver.port, "ID2", abort.signal);
    const third = send(receiver.port, "ID3");
    abort.abort(new Error("cancelled"));
    await expect(second).rejects.toThrow("cancelled");
    waiting.resolve();
    await Promise.all([first, third]);
    expect(receiver.received.map(({ controlId }) => controlId)).toEqual(["ID1", "ID3"]);
  });
});

describe("the probe", () => {
  it("connects and hangs up, and sends nothing", async () => {
    await using receiver = await MllpTestReceiver.start();
    const stages = await mllp.probe(peerAt(receiver.port, { host: "localhost" }), never);
    expect(stages.map(({ stage, ok }) => [stage, ok])).toEqual([
      ["name", true],
      ["connect", true],
    ]);
    expect(receiver.received).toEqual([]);
  });

  it("sends a query when it is given one, and tells what came", async () => {
    await using receiver = await MllpTestReceiver.start((socket, { controlId }) => {
      socket.write(acknowledge("AR", controlId));
    });
    const stages = await mllp.probe(peerAt(receiver.port), never, messageOf("Q1"));
    expect(stages.at(-1)).toEqual({
      stage: "accepted",
      ok: true,
      message: "The receiver answered a query with AR.",
    });
    receiver.answering = () => {};
    const late = await mllp.probe(peerAt(receiver.port, { answerSeconds: 0.05 }), never, messageOf("Q1"));
    expect(late.at(-1)).toMatchObject({ stage: "accepted", ok: false, message: /within 0.05 s/ });
  });

  it("tells at which stage it ended", async () => {
    const receiver = await MllpTestReceiver.start();
    const { port } = receiver;
    await receiver[Symbol.asyncDispose]();
    const refused = await mllp.probe(peerAt(port), never);
    expect(refused.at(-1)).toMatchObject({ stage: "connect", ok: false });
    expect(refused.at(-1)?.message).toContain("nobody listens there");
    const unknown = await mllp.probe(peerAt(port, { host: "no-such-host.invalid" }), never);
    expect(unknown).toMatchObject([{ stage: "name", ok: false }]);
  });
});

describe.runIf(hasOpenssl)(`over TLS${NEEDS_OPENSSL}`, () => {
  it("sends to the certificate it trusts, and to no other", async () => {
    using authority = new TestAuthority();
    const files = authority.sign("ris.example", { alternativeNames: "DNS:ris.example" });
    const tls = { cert: readFileSync(files.certificateFile), key: readFileSync(files.keyFile) };
    await using receiver = await MllpTestReceiver.start(accept, tls);
    const trusting = { tls: { caFile: authority.caFile, serverName: "ris.example" } };
    await mllp.send(peerAt(receiver.port, trusting), messageOf("ID1"), never);
    const stages = await mllp.probe(peerAt(receiver.port, trusting), never);
    expect(stages.map(({ stage }) => stage)).toEqual(["name", "connect", "tls"]);
    expect(stages.at(-1)?.message).toContain("with a certificate of ris.example, valid until");
    const distrusting = peerAt(receiver.port, { tls: { serverName: "ris.example" } });
    await expect(mllp.send(distrusting, messageOf("ID2"), never)).rejects.toMatchObject({ code: "mllp.tls" });
    expect((await mllp.probe(distrusting, never)).at(-1)).toMatchObject({ stage: "tls", ok: false });
    expect(receiver.received.map(({ controlId }) => controlId)).toEqual(["ID1"]);
  });

  it("gives a receiver without TLS nothing", async () => {
    await using receiver = await MllpTestReceiver.start((socket) => socket.destroy());
    const peer = peerAt(receiver.port, { tls: {}, answerSeconds: 1 });
    const hasty = createMllp({ connectMs: 200 });
    await expect(hasty.send(peer, messageOf("ID1"), never)).rejects.toMatchObject({ permanent: false });
    expect(receiver.received).toEqual([]);
    const unusable = peerAt(receiver.port, { tls: { caFile: "/nowhere/ca.pem" } });
    const sent = mllp.send(unusable, messageOf("ID1"), never);
    await expect(sent).rejects.toMatchObject({ code: "mllp.tls-files", permanent: true });
    await expect(sent).rejects.not.toThrow(/\//);
  });
});

test("blocks are found in whatever pieces they come", () => {
  const stream = Buffer.from("\r\n\x0bone\x1c\r\x0btwo\x1c\x0b\x1c\r\n\x0bthr");
  for (let size = 1; size <= stream.length; size += 1) {
    const reader = new MllpReader(100);
    const blocks: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      blocks.push(...reader.read(stream.subarray(at, at + size)).map(String));
    }
    expect(blocks).toEqual(["one", "two", ""]);
    expect(() => reader.read(Buffer.alloc(100))).toThrow(MllpGarbage);
  }
});
