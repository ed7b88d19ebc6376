// What a case of the abuse suite is: what the hostile peer sends, what it must be answered, and how it must end.
import type { ConnectionOptions } from "node:tls";
import { RawSender } from "../../../plugins/dicom-scp/testing/raw-sender.ts";

/**
 * - `aborted`: the hub sends an A-ABORT, and the connection closes
 * - `rejected`: the hub sends an A-ASSOCIATE-RJ, and the connection closes
 * - `closed`: the connection closes, with or without last words
 * - `served`: the association goes on and is released in good order
 */
export type Ending = "aborted" | "rejected" | "closed" | "served";

export interface Attack {
  readonly name: string;
  readonly ends: Ending;
  /** Sent when the connection is there, instead of a proper request. */
  readonly opening?: Buffer | readonly Buffer[];
  /** Sent in an association. */
  readonly bytes?: Buffer | readonly Buffer[];
  /** DIMSE statuses that must come back; `refused` is anything but success. */
  readonly answers?: readonly (number | "refused")[];
  /** Whatever bytes alone cannot say; takes the place of all of them. */
  readonly act?: (peer: RawSender, target: Target) => Promise<void>;
}

/** A listener of the hub. */
export interface Target {
  readonly port: number;
  readonly tls: ConnectionOptions | undefined;
}

/** Plays a case against a listener. */
export async function play(attack: Attack, target: Target): Promise<void> {
  const peer = new RawSender(target.port, target.tls);
  try {
    await attackWith(peer, attack, target);
    await end(peer, attack.ends);
  } finally {
    peer.socket.destroy();
    peer.transport.destroy();
  }
}

async function attackWith(peer: RawSender, attack: Attack, target: Target): Promise<void> {
  if (attack.act) {
    await attack.act(peer, target);
    return;
  }
  if (attack.opening) {
    peer.write(...[attack.opening].flat());
    if (attack.bytes === undefined && attack.ends !== "served") return;
    const { type } = await peer.pdu();
    if (type !== 2) throw new Error(`the request was answered by a PDU of type ${type}`);
  } else {
    await peer.associate();
  }
  if (attack.bytes) peer.write(...[attack.bytes].flat());
  for (const expected of attack.answers ?? []) {
    const { status } = await peer.response();
    if (expected === "refused" ? status === 0 : status !== expected) {
      throw new Error(`answered with status ${status?.toString(16)} instead of ${expected.toString(16)}`);
    }
  }
}

async function end(peer: RawSender, ending: Ending): Promise<void> {
  if (ending === "served") await peer.release();
  else if (ending === "aborted") await peer.abortion();
  else if (ending === "rejected") await peer.rejection();
  if (ending !== "closed") peer.socket.end();
  await peer.closed;
}
