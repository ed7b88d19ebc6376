// Connections that break, stall, drip, flood, or never read: what bytes alone cannot say.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { PduType } from "@thalamus/sdk/dicom/net";
import { connectionClosed } from "@thalamus/sdk/testing";
import { dataPdu, RawSender, storeCommand } from "../../../../plugins/dicom-scp/testing/raw-sender.ts";
import { testObject } from "../../../../plugins/dicom-scp/testing/test-object.ts";
import type { Attack, Target } from "../attack.ts";
import { MAX_ASSOCIATIONS } from "../hub-under-attack.ts";
import { noise } from "../noise.ts";
import { command, ECHO, pdu, request } from "../wire.ts";

const DRIP_MS = 50;
const PDU_AND_PDV_HEADER = 12;
const object = testObject(900, 400_000);
const half = Buffer.concat([storeCommand(object), dataPdu({ bytes: object.dataSet.subarray(0, 100_000) })]);

const acted = (name: string, ends: Attack["ends"], act: NonNullable<Attack["act"]>): Attack => {
  return { name, ends, act };
};

/** Sends one byte after the other until the hub has had enough. */
async function drip(peer: RawSender, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length && !peer.socket.closed; at += 1) {
    peer.socket.write(bytes.subarray(at, at + 1));
    await setTimeout(DRIP_MS);
  }
}

/** Never idle, since every few bytes are a PDU of their own; the last part never comes. */
async function trickle(
  peer: RawSender,
  pduOf: (bytes: Buffer) => Buffer,
  bytes: Buffer,
  size = 10,
): Promise<void> {
  for (let at = 0; at + size < bytes.length && !peer.socket.closed; at += size) {
    peer.socket.write(pduOf(bytes.subarray(at, at + size)));
    await setTimeout(DRIP_MS);
  }
}

/** Resolves when there is room again; never when the connection breaks instead. */
const drained = (peer: RawSender) => new Promise<void>((resolve) => peer.socket.once("drain", resolve));

/** Waiting cases: each takes the time of a timer of the hub, so they run side by side. */
export const SLOW: readonly Attack[] = [
  acted("a connection that says nothing", "closed", async () => {}),
  acted("a request that drips, a byte every 50 ms", "closed", (peer) => drip(peer, request())),
  acted("an object that drips, a byte every 50 ms", "aborted", async (peer) => {
    await peer.associate();
    peer.write(storeCommand(object));
    await drip(peer, dataPdu({ bytes: object.dataSet.subarray(0, 100_000) }));
  }),
  acted("an object that trickles in whole PDUs of ten bytes", "aborted", async (peer) => {
    await peer.associate();
    peer.write(storeCommand(object));
    await trickle(peer, (bytes) => dataPdu({ bytes }), object.dataSet);
  }),
  acted("a command that trickles in whole PDUs of one byte", "aborted", async (peer) => {
    await peer.associate();
    const bytes = storeCommand(object).subarray(PDU_AND_PDV_HEADER);
    await trickle(peer, (part) => dataPdu({ isCommand: true, bytes: part }), bytes, 1);
  }),
  acted("an object that trickles behind the trickle of another sender", "aborted", async (peer, target) => {
    const other = new RawSender(target.port, target.tls);
    await Promise.all([other, peer].map((each) => each.associate()));
    for (const each of [other, peer]) {
      each.write(storeCommand(object));
      void trickle(each, (bytes) => dataPdu({ bytes }), object.dataSet);
    }
    await other.abortion();
    other.socket.destroy();
  }),
  acted("a sender that falls silent in the middle of an object", "aborted", async (peer) => {
    await peer.associate();
    peer.write(half);
  }),
  acted("a sender that says nothing in its association", "aborted", async (peer) => {
    await peer.associate();
  }),
  acted("a sender that never reads its answers", "closed", async (peer) => {
    await peer.associate();
    peer.socket.pause();
    const echoes = Buffer.concat(Array.from({ length: 500 }, () => command(ECHO)));
    while (!peer.socket.closed) {
      if (!peer.socket.write(echoes)) await Promise.race([drained(peer), peer.closed]);
    }
  }),
  acted("a sender that does not close after the release", "closed", async (peer) => {
    await peer.associate();
    peer.socket.allowHalfOpen = true;
    peer.write(pdu(PduType.releaseRequest, Buffer.alloc(4)));
    await drip(peer, Buffer.alloc(1000));
  }),
];

const BREAKS: readonly Attack[] = [
  acted("a reset in the middle of an object", "closed", async (peer) => {
    await peer.associate();
    await new Promise((written) => peer.socket.write(half, written));
    peer.transport.resetAndDestroy();
  }),
  acted("a hang-up in the middle of an object", "closed", async (peer) => {
    await peer.associate();
    peer.write(half);
    peer.socket.end();
  }),
  acted("an abort in the middle of an object", "closed", async (peer) => {
    await peer.associate();
    peer.write(half, pdu(PduType.abort, Buffer.alloc(4)));
  }),
  acted("a hang-up while the answer is on its way", "closed", async (peer) => {
    await peer.associate();
    peer.write(storeCommand(object), pdus(object.dataSet));
    peer.socket.end();
  }),
  acted("a reset at once", "closed", async (peer) => {
    await once(peer.socket, peer.socket === peer.transport ? "connect" : "secureConnect");
    peer.transport.resetAndDestroy();
  }),
  acted("a hang-up in the middle of a PDU header", "closed", async (peer) => {
    await peer.associate();
    peer.write(Buffer.from([4, 0, 0]));
    peer.socket.end();
  }),
  acted("a hang-up at once after the request", "closed", async (peer) => {
    peer.propose();
    peer.socket.end();
  }),
  acted("30 resets in the middle of objects, side by side", "closed", async (peer, target) => {
    await Promise.all(
      Array.from({ length: MAX_ASSOCIATIONS - 4 }, async () => {
        const other = new RawSender(target.port, target.tls);
        await other.associate();
        other.write(half);
        other.transport.resetAndDestroy();
        await other.closed;
      }),
    );
    peer.transport.destroy();
  }),
];

const FLOODS: readonly Attack[] = [
  acted("200 connections that say nothing", "closed", async (peer, target) => {
    peer.socket.destroy();
    const sockets = Array.from({ length: 200 }, () =>
      connect(target.port, "127.0.0.1").on("error", () => {}),
    );
    const connected = (socket: Socket) => new Promise((resolve) => socket.once("connect", resolve));
    await Promise.all(sockets.map((socket) => Promise.race([connected(socket), connectionClosed(socket)])));
    for (const socket of sockets) socket.destroy();
  }),
  acted(
    "twice as many associations as are allowed: the rest is told to come back",
    "closed",
    async (peer, target) => {
      peer.socket.destroy();
      const flood = Array.from(
        { length: 2 * MAX_ASSOCIATIONS },
        () => new RawSender(target.port, target.tls),
      );
      const types = await Promise.all(flood.map(first));
      const accepted = types.filter(({ type }) => type === PduType.associateAccept);
      if (accepted.length !== MAX_ASSOCIATIONS)
        throw new Error(`${accepted.length} associations were accepted`);
      for (const { type, body } of types) {
        if (type === PduType.associateAccept) continue;
        // PS3.8 table 9-21: transient, by the provider (presentation), local limit exceeded
        if (body.toString("hex") !== "00020302") throw new Error(`rejected with ${body.toString("hex")}`);
      }
      for (const { socket } of flood) socket.destroy();
      await Promise.all(flood.map(({ closed }) => closed));
    },
  ),
  acted(
    "senders that cannot wait for a place: noise, a reset, an abort, an object",
    "closed",
    async (peer, target) => {
      peer.socket.destroy();
      const open = () => new RawSender(target.port, target.tls);
      const holders = Array.from({ length: MAX_ASSOCIATIONS }, open);
      await Promise.all(holders.map((holder) => holder.associate()));
      const [noisy, resetting, aborting, hasty] = [open(), open(), open(), open()];
      const guests = [noisy, resetting, aborting, hasty];
      for (const guest of guests) guest.propose();
      noisy.write(noise(11, 200_000));
      aborting.write(pdu(PduType.abort, Buffer.alloc(4)));
      hasty.store(testObject(901, 50_000));
      resetting.transport.resetAndDestroy();
      for (const { socket } of [...holders, noisy, aborting]) socket.destroy();
      await Promise.all([...holders, noisy, resetting, aborting].map(({ closed }) => closed));
      // what came too early is taken when there is a place
      const { type } = await hasty.pdu();
      if (type !== PduType.associateAccept)
        throw new Error(`who waited was answered by a PDU of type ${type}`);
      const { status } = await hasty.response();
      if (status !== 0) throw new Error(`the object of who waited was answered with ${status}`);
      await hasty.release();
    },
  ),
  acted(
    "200 associations one after the other, each with an object it does not finish",
    "closed",
    async (peer, target) => {
      peer.socket.destroy();
      for (let turn = 0; turn < 200; turn += 1) {
        const other = new RawSender(target.port, target.tls);
        await other.associate();
        other.write(half);
        other.socket.destroy();
      }
    },
  ),
  acted("16 senders at once, every second one hostile", "closed", async (peer, target) => {
    peer.socket.destroy();
    await Promise.all(Array.from({ length: 16 }, (_, n) => (n % 2 === 0 ? good(n, target) : bad(n, target))));
  }),
  acted("one object from 16 senders at once", "closed", async (peer, target) => {
    peer.socket.destroy();
    await Promise.all(Array.from({ length: 16 }, () => good(1, target)));
  }),
];

/** The answer to an association request. */
async function first(sender: RawSender) {
  sender.propose();
  return sender.pdu();
}

async function good(number: number, target: Target): Promise<void> {
  const sender = new RawSender(target.port, target.tls);
  await sender.associate();
  for (let turn = 0; turn < 5; turn += 1) {
    const one = testObject(1000 + 10 * number + turn, 100_000);
    sender.write(storeCommand(one), pdus(one.dataSet));
    const { status } = await sender.response();
    if (status !== 0) throw new Error(`a good object was answered with ${status}`);
  }
  await sender.release();
}

async function bad(number: number, target: Target): Promise<void> {
  const sender = new RawSender(target.port, target.tls);
  await sender.associate();
  sender.write(half);
  if (number % 4 === 1) sender.write(command(ECHO), request());
  else sender.transport.resetAndDestroy();
  sender.socket.resume();
  if (number % 4 === 1) await sender.abortion();
  sender.socket.destroy();
  await sender.closed;
}

/** A data set in PDUs that the hub takes. */
function pdus(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += 60_000) {
    const isLast = start + 60_000 >= bytes.length;
    parts.push(dataPdu({ bytes: bytes.subarray(start, start + 60_000), isLast }));
  }
  return Buffer.concat(parts);
}

export const CONNECTIONS: readonly Attack[] = [...BREAKS, ...FLOODS];

/** Only where TLS is spoken. */
export const HANDSHAKES: readonly Attack[] = [
  ...[
    ["a plain association request", request()],
    ["a TLS record of noise", Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0]), Buffer.alloc(512, 7)])],
    ["a TLS record longer than there may be", Buffer.from([0x16, 3, 1, 255, 255, 1, 0, 0, 0])],
    ["a TLS alert", Buffer.from([0x15, 3, 3, 0, 2, 2, 40])],
    ["encrypted data before the handshake", Buffer.from([0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5])],
  ].map(([name, bytes]): Attack => plainly(String(name), bytes as Buffer)),
  plainly("half a TLS record, and then silence", Buffer.from([0x16, 3, 1, 2, 0, 1, 0])),
  acted("50 handshakes that are broken off", "closed", async (peer, target) => {
    peer.socket.destroy();
    for (let turn = 0; turn < 50; turn += 1) {
      const other = new RawSender(target.port, target.tls);
      await once(other.transport, "connect");
      other.transport.destroy();
    }
  }),
  acted("noise instead of TLS records in an association", "closed", async (peer) => {
    await peer.associate();
    peer.write(half);
    peer.transport.write(Buffer.alloc(100, 0x17));
    peer.transport.end();
  }),
];

function plainly(name: string, bytes: Buffer): Attack {
  return acted(name, "closed", async (peer, target) => {
    peer.socket.destroy();
    const plain = new RawSender(target.port);
    plain.write(bytes);
    plain.socket.resume();
    await plain.closed;
  });
}
