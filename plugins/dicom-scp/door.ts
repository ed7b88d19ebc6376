// Where connections come in: plain, or with TLS, where handshakes have a time limit and plain ones are refused.
import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type TLSSocket,
  type Server as TlsServer,
} from "node:tls";
import type { Log } from "@thalamus/sdk";
import { withLanding } from "./landing.ts";
import type { ScpCounts } from "./metrics.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import type { DicomScpSettings } from "./settings.ts";

/** What OpenSSL calls bytes that are no TLS record: an A-ASSOCIATE-RQ or anything else, and a web browser. */
const NO_TLS = ["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_HTTP_REQUEST"];
const NO_CLIENT_CERTIFICATE = "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE";

const REVOKED = "dicom-scp.tls-revoked";
/** OpenSSL cannot tell whether a certificate is revoked: no list of its authority, or one out of date. */
const LIST_UNUSABLE = /^(?:CRL_|UNABLE_TO_(?:GET|DECRYPT)_CRL|ERROR_IN_CRL)/;

export interface Door {
  readonly server: Server;
  /** New connections get another certificate; the ones there are keep theirs. */
  exchange(options: SecureContextOptions): void;
  /** Ends connections whose handshake is still going on; nobody else knows of them. */
  dropHandshakes(): void;
}

export function plainDoor(connected: (socket: Socket) => void): Door {
  // paused, so that no byte is read before it can land
  const options = { noDelay: true, keepAlive: true, pauseOnConnect: true };
  const server = createServer(options, (socket) => {
    const landed = withLanding(socket);
    connected(landed);
    if (landed === socket) socket.resume();
  });
  return { server, exchange: () => {}, dropHandshakes: () => {} };
}

/** @param connected gets connections after their handshake */
export function tlsDoor(
  { settings: { artimSeconds, tls }, log }: { readonly settings: DicomScpSettings; readonly log: Log },
  certificate: ServerCertificate,
  counts: Pick<ScpCounts, "ended">,
  connected: (socket: Socket) => void,
): Door {
  const handshaking = new Map<string, Socket>();
  const done = (socket: Socket) => handshaking.delete(keyOf(socket));
  const server: TlsServer = createTlsServer({
    ...certificate.options,
    noDelay: true,
    keepAlive: true,
    handshakeTimeout: artimSeconds * 1000,
    requestCert: tls.clientCertificates !== "none",
    rejectUnauthorized: tls.clientCertificates === "require",
  });
  server.on("connection", (socket: Socket) => {
    const key = keyOf(socket);
    handshaking.set(key, socket);
    socket.once("close", () => handshaking.delete(key));
  });
  const refuse = (socket: TLSSocket, code: string, reason: string) => {
    counts.ended(code);
    const remoteAddress = addressOf(socket).replace(/^::ffff:/, "");
    log.info("connection.ended", { code, reason, remoteAddress });
    done(socket);
    // after a handshake that took too long Node.js leaves this to us
    socket.destroy();
  };
  server.on("secureConnection", (socket) => {
    // where certificates are only requested, an unknown one counts as none; a revoked one is a reason to refuse
    if (isRevoked(socket)) {
      refuse(socket, REVOKED, String(socket.authorizationError));
      return;
    }
    done(socket);
    connected(socket);
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
    const reason = socket.authorizationError ? String(socket.authorizationError) : (error.code ?? error.name);
    refuse(socket, codeOf(error, socket), reason);
  });
  return {
    server,
    exchange: (options) => server.setSecureContext(options),
    dropHandshakes: () => {
      for (const socket of handshaking.values()) socket.destroy();
    },
  };
}

function codeOf(error: NodeJS.ErrnoException, socket: TLSSocket): string {
  if (NO_TLS.includes(error.code ?? "")) return "dicom-scp.tls-required";
  if (isRevoked(socket)) return REVOKED;
  if (LIST_UNUSABLE.test(String(socket.authorizationError))) return "dicom-scp.tls-revocation-list";
  if (socket.authorizationError || error.code === NO_CLIENT_CERTIFICATE) {
    return "dicom-scp.tls-client-certificate";
  }
  return error.code === "ERR_TLS_HANDSHAKE_TIMEOUT" ? "dicom-scp.no-request" : "dicom-scp.tls-failed";
}

/**
 * A connection that Node.js has ended itself has no address any more. The one below it was asked for its own when it
 * came, and remembers it; that it is called `_parent` is no promise, so nothing but this line of the log needs it.
 */
function addressOf(socket: TLSSocket): string {
  const { _parent } = socket as { _parent?: Socket };
  return socket.remoteAddress ?? _parent?.remoteAddress ?? "";
}

const isRevoked = ({ authorizationError }: TLSSocket): boolean =>
  String(authorizationError) === "CERT_REVOKED";

const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
