// Lets the bytes of a plain connection land in one buffer that is used again and again, instead of a new one for each read.
import { Socket } from "node:net";

/** Room for one read, in bytes; a PDU of the announced length fits twice. */
const LANDING_BYTES = 262_144;

/** Buffers of connections that have ended: one for each association would keep the garbage collector busy. */
const spare: Buffer[] = [];
const MOST_SPARE = 32;

/** Gets bytes that stand in the buffer only until it returns; false stops the reading until `resume`. */
export type Take = (buffer: Buffer, length: number) => boolean;

const takers = new WeakMap<Socket, { take: Take }>();

/**
 * Gives the connection of an accepted socket to a new one that reads into a landing buffer. Node offers this for
 * outgoing connections only; for accepted ones it takes the handle, which is no public interface. Where that does
 * not work any more, the socket stays as it is and is read by `data` events: slower, nothing else.
 */
export function withLanding(accepted: Socket): Socket {
  const { _handle: handle } = accepted as Socket & { _handle?: object | null };
  if (!handle || typeof (handle as { readStart?: unknown }).readStart !== "function") return accepted;
  const target: { take: Take } = { take: () => false };
  const landing = spare.pop() ?? Buffer.allocUnsafeSlow(LANDING_BYTES);
  const options = {
    handle,
    onread: {
      buffer: landing,
      callback: (length: number, buffer: Uint8Array) => target.take(buffer as Buffer, length),
    },
    readable: true,
    writable: true,
  };
  (accepted as unknown as { _handle: null })._handle = null;
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
  takers.set(socket, target);
  socket.once("close", () => {
    if (spare.length < MOST_SPARE) spare.push(landing);
    // the server counts the socket it made: it has to go when this one goes
    accepted.destroy();
  });
  return socket;
}

/**
 * Sets who takes the bytes that land, and starts to read.
 * @returns false for a socket without a landing buffer
 */
export function takeFrom(socket: Socket, take: Take): boolean {
  const target = takers.get(socket);
  if (!target) return false;
  target.take = take;
  socket.resume();
  return true;
}
