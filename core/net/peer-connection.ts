// Connects to a system that the hub sends to, plain or with TLS.
import { readFileSync } from "node:fs";
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from "node:tls";
import type { PeerTls } from "@thalamus/sdk";
import { tlsProfileOptions } from "@thalamus/sdk/dicom/net";

/** Where somebody listens; with `tls` the connection is encrypted, or it is not at all. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: PeerTls;
}

/** Own certificate, key or authorities cannot be used; trying again cannot help. The message names no file. */
export class TlsFilesUnusable extends Error {
  override readonly name = "TlsFilesUnusable";

  constructor(code = "unknown") {
    super(`the TLS files of this destination cannot be used: ${code}`);
  }
}

export interface ConnectingSocket {
  readonly socket: Socket;
  /** The event after which the connection can be used. */
  readonly readyEvent: "connect" | "secureConnect";
}

/** @throws TlsFilesUnusable */
export function connectTo({ host, port, tls }: PeerAddress): ConnectingSocket {
  if (!tls) return { socket: connect({ host, port, noDelay: true }), readyEvent: "connect" };
  const name = tls.serverName ?? host;
  const options: ConnectionOptions = {
    host,
    port,
    ...tlsProfileOptions(tls.profile ?? "bcp195"),
    ...filesOf(tls),
    // an address is checked against the certificate, but must not be sent as a name (RFC 6066 3)
    ...(isIP(name) ? {} : { servername: name }),
  };
  if (tls.serverName !== undefined) {
    options.checkServerIdentity = (_host, certificate) => checkServerIdentity(name, certificate);
  }
  try {
    const socket = connectTls(options);
    socket.setNoDelay(true);
    return { socket, readyEvent: "secureConnect" };
  } catch (error) {
    throw new TlsFilesUnusable((error as NodeJS.ErrnoException).code);
  }
}

/** Whether the connection failed in the handshake: an untrusted certificate, no common suite, no TLS at all. */
export function isTlsFailure({ code = "" }: NodeJS.ErrnoException): boolean {
  return /^ERR_(?:SSL|TLS|OSSL)_/.test(code) || VERIFY_FAILURES.test(code);
}

/** Names OpenSSL has for a certificate that does not stand up. */
const VERIFY_FAILURES =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

function filesOf({ caFile, certificateFile, keyFile }: PeerTls): ConnectionOptions {
  try {
    return {
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      ...(certificateFile === undefined ? {} : { cert: readFileSync(certificateFile) }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    };
  } catch (error) {
    throw new TlsFilesUnusable((error as NodeJS.ErrnoException).code);
  }
}
