// Connects to another application entity, plain or with TLS.
import { readFileSync } from "node:fs";
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from "node:tls";
import { type DicomPeer, type DicomPeerTls, DicomSendError } from "@thalamus/sdk";
import { tlsProfileOptions } from "@thalamus/sdk/dicom/net";

export interface ConnectingSocket {
  readonly socket: Socket;
  /** The event after which the connection can be used. */
  readonly readyEvent: "connect" | "secureConnect";
}

/** @throws DicomSendError `dicom.tls-files`, permanent: own files cannot be used */
export function connectTo({ host, port, tls }: DicomPeer): ConnectingSocket {
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
    throw unusable((error as NodeJS.ErrnoException).code);
  }
}

/** Whether the connection failed in the handshake: an untrusted certificate, no common suite, no TLS at all. */
export function isTlsFailure({ code = "" }: NodeJS.ErrnoException): boolean {
  return /^ERR_(?:SSL|TLS|OSSL)_/.test(code) || VERIFY_FAILURES.test(code);
}

/** Names OpenSSL has for a certificate that does not stand up. */
const VERIFY_FAILURES =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERROR_IN_CERT)/;

function filesOf({ caFile, certificateFile, keyFile }: DicomPeerTls): ConnectionOptions {
  try {
    return {
      ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
      ...(certificateFile === undefined ? {} : { cert: readFileSync(certificateFile) }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    };
  } catch (error) {
    throw unusable((error as NodeJS.ErrnoException).code);
  }
}

/** The text of the error would name the file, so only its code is told. */
function unusable(code: string | undefined): DicomSendError {
  const message = `the TLS files of this destination cannot be used: ${code ?? "unknown"}`;
  return new DicomSendError("dicom.tls-files", message, true);
}
