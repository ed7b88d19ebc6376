// How a plugin sends HL7 messages: over MLLP, one acknowledgement for each.
import type { Hl7Message } from "../hl7/read-message.ts";
import type { ProbeStage } from "../kinds/declaration.ts";
import type { PeerTls } from "./peer-tls.ts";

/** A receiver of HL7 messages. */
export interface MllpPeer {
  readonly host: string;
  readonly port: number;
  /** Present: the connection is encrypted, or it is not at all. */
  readonly tls?: PeerTls;
  /** One connection for all messages, one after the other, instead of a new one for each. */
  readonly keepOpen: boolean;
  /** Seconds to wait for an acknowledgement. */
  readonly answerSeconds: number;
}

/** A message as `buildHl7` writes it. */
export interface MllpMessage {
  readonly bytes: Uint8Array;
  /** Its MSH-10; the acknowledgement must have it as MSA-2. */
  readonly controlId: string;
}

/** No connection, or no acknowledgement of the message; worth another try unless `permanent`. */
export class MllpError extends Error {
  override readonly name = "MllpError";
  readonly code: string;
  readonly permanent: boolean;

  constructor(code: string, message: string, permanent = false) {
    super(message);
    this.code = code;
    this.permanent = permanent;
  }
}

export interface Mllp {
  /**
   * Sends a message and waits for its acknowledgement, whatever that says.
   * @returns a message with an MSA whose MSA-2 is the control id
   * @throws MllpError `mllp.unreachable`, `.tls`, `.tls-files`, `.timeout`, `.broken`, `.garbage`, `.wrong-answer`
   * @throws the signal's reason when it is aborted
   */
  send(peer: MllpPeer, message: MllpMessage, signal: AbortSignal): Promise<Hl7Message>;
  /**
   * Tries the way to a receiver in stages; without a query it connects and hangs up again.
   * @param query something harmless that the receiver answers
   */
  probe(peer: MllpPeer, signal: AbortSignal, query?: MllpMessage): Promise<readonly ProbeStage[]>;
}
