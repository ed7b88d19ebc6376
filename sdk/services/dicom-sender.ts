// How a plugin sends DICOM objects: one association for a list of files, an answer for each.

import type { ProbeReport } from "../kinds/declaration.ts";
import type { PeerTls } from "./peer-tls.ts";

/** How to speak TLS with another application entity. */
export type DicomPeerTls = PeerTls;

/** Another application entity. */
export interface DicomPeer {
  readonly host: string;
  readonly port: number;
  readonly calledAe: string;
  readonly callingAe: string;
  /** Present: the association is encrypted, or it is not at all. */
  readonly tls?: DicomPeerTls;
}

/** What the other side answered for one object (PS3.7 9.1.1). */
export interface StoreAnswer {
  readonly sopInstanceUid: string;
  /** DIMSE status; 0x0000 is success, 0xB000 to 0xBFFF are warnings. */
  readonly status: number;
}

/** No association, a broken one, or no answer in time; worth another try unless `permanent`. */
export class DicomSendError extends Error {
  override readonly name = "DicomSendError";
  readonly permanent: boolean;
  readonly code: string;

  constructor(code: string, message: string, permanent = false) {
    super(message);
    this.code = code;
    this.permanent = permanent;
  }
}

export interface DicomSender {
  /**
   * Stores PS3.10 files, in order, over one association, in the transfer syntax they are in; those in Explicit VR Little Endian are
   * re-encoded for a peer that takes Implicit VR Little Endian only.
   * @param files absolute paths
   * @throws DicomSendError when the peer cannot be reached or breaks off
   */
  store(peer: DicomPeer, files: readonly string[], signal: AbortSignal): Promise<readonly StoreAnswer[]>;
  /**
   * C-ECHO (PS3.7 9.1.5).
   * @returns milliseconds from connect to answer
   * @throws DicomSendError
   */
  echo(peer: DicomPeer, signal: AbortSignal): Promise<number>;
  /**
   * Tries the way to a peer in stages, with an association and C-ECHO, and stores nothing.
   * @param sopClassUids what is going to be stored; the peer is asked whether it takes them
   */
  probe(peer: DicomPeer, sopClassUids: readonly string[], signal: AbortSignal): Promise<ProbeReport>;
}
