// Sends HL7 messages over MLLP: a connection for each message, or one that is kept open for a destination.
import { type Mllp, MllpError, type MllpMessage, type MllpPeer, type ProbeStage } from "@thalamus/sdk";
import { type Hl7Message, Hl7Problem, readHl7 } from "@thalamus/sdk/hl7";
import { KeptConnection } from "./kept-connection.ts";
import { MllpConnection, type MllpLimits } from "./mllp-connection.ts";

const DEFAULT_LIMITS: MllpLimits & { readonly idleMs: number } = {
  connectMs: 10_000,
  maxAnswerBytes: 256 * 1024,
  idleMs: 60_000,
};

export interface MllpClient extends Mllp {
  /** Hangs up what is kept open. */
  close(): void;
}

/** @param limits 10 s to connect, answers of 256 KB, and a kept connection ends when it rests for a minute */
export function createMllp(limits: Partial<typeof DEFAULT_LIMITS> = {}): MllpClient {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const kept = new Map<string, KeptConnection>();
  return {
    send: async (peer, message, signal) => {
      signal.throwIfAborted();
      const answer = peer.keepOpen
        ? await keptFor(kept, peer, all).exchange(message.bytes, signal)
        : await exchangeOnce(peer, message, all, signal);
      return acknowledgementOf(answer, message.controlId);
    },
    probe: (peer, signal, query) => probe(peer, all, signal, query),
    close: () => {
      for (const connection of kept.values()) connection.close();
      kept.clear();
    },
  };
}

function keptFor(
  kept: Map<string, KeptConnection>,
  peer: MllpPeer,
  limits: typeof DEFAULT_LIMITS,
): KeptConnection {
  const key = JSON.stringify(peer);
  const connection = kept.get(key) ?? new KeptConnection(peer, limits);
  kept.set(key, connection);
  return connection;
}

async function exchangeOnce(
  peer: MllpPeer,
  { bytes }: MllpMessage,
  limits: MllpLimits,
  signal: AbortSignal,
): Promise<Buffer> {
  const connection = new MllpConnection(peer, limits);
  try {
    await connection.connected(signal);
    return await connection.exchange(bytes, peer.answerSeconds * 1000, signal);
  } finally {
    connection.close();
  }
}

/** @throws MllpError when the block is no acknowledgement of this very message (HL7 2.5.1 section 2.9.2) */
function acknowledgementOf(block: Buffer, controlId: string): Hl7Message {
  let message: Hl7Message;
  try {
    message = readHl7(block);
  } catch (error) {
    if (!(error instanceof Hl7Problem)) throw error;
    throw new MllpError("mllp.garbage", `the receiver's answer cannot be read: ${error.message}`);
  }
  const acknowledgement = message.segment("MSA");
  if (!acknowledgement) throw new MllpError("mllp.garbage", "the receiver's answer has no MSA");
  if (acknowledgement.text(2) === controlId) return message;
  throw new MllpError("mllp.wrong-answer", "the receiver acknowledged another message");
}

async function probe(
  peer: MllpPeer,
  limits: MllpLimits,
  signal: AbortSignal,
  query: MllpMessage | undefined,
): Promise<readonly ProbeStage[]> {
  let connection: MllpConnection;
  try {
    connection = new MllpConnection(peer, limits);
  } catch (error) {
    if (!(error instanceof MllpError)) throw error;
    return [{ stage: "tls", ok: false, message: error.message }];
  }
  const { stages } = connection;
  try {
    await connection.connected(signal);
    if (!query) return stages.done;
    const block = await connection.exchange(query.bytes, peer.answerSeconds * 1000, signal);
    const code = acknowledgementOf(block, query.controlId).segment("MSA")?.text(1) ?? "";
    stages.pass("accepted", `The receiver answered a query with ${code}.`);
    return stages.done;
  } catch (error) {
    if (!(error instanceof MllpError)) throw error;
    return stages.failed(`${error.message}.`, "accepted");
  } finally {
    connection.close();
  }
}
