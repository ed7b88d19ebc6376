// The line to a mail server: its address, the connection and, where it comes first, the encryption.

import dns from "node:dns/promises";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { isIP, type LookupFunction, connect as openLine, type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { MailError, type MailServer, type ProbeStage } from "@thalamus/sdk";
import { mailErrorOf, type SmtpError, tlsError } from "./smtp-reply.ts";

/** Told of what went well on the way. */
export type TellStage = (stage: ProbeStage["stage"], message: string) => void;

export interface OpenLine {
  readonly socket: Socket;
  readonly tlsOptions: tls.ConnectionOptions;
}

/**
 * @param timeoutMs for each of name, connection and handshake
 * @throws MailError, or the signal's reason
 */
export async function openMailLine(
  server: MailServer,
  timeoutMs: number,
  signal: AbortSignal,
  tell: TellStage,
): Promise<OpenLine> {
  const tlsOptions = await tlsOptionsOf(server);
  const addresses = await lookUp(server.host, timeoutMs, signal);
  tell("name", `${server.host} is ${addresses.map(({ address }) => address).join(", ")}.`);
  const socket = await connect(server, addresses, timeoutMs, signal);
  tell("connect", `Connected to ${socket.remoteAddress} on port ${server.port}.`);
  if (server.security !== "tls") return { socket, tlsOptions };
  const encrypted = tls.connect({ ...tlsOptions, socket });
  await inTime(encrypted, "secureConnect", timeoutMs, signal, (error) => tlsError(error));
  tell("tls", encryptionWords(encrypted));
  return { socket: encrypted, tlsOptions };
}

async function tlsOptionsOf({ host, caFile, serverName }: MailServer): Promise<tls.ConnectionOptions> {
  const name = serverName ?? host;
  const options = { host: name, minVersion: "TLSv1.2", ...(isIP(name) ? {} : { servername: name }) } as const;
  if (caFile === undefined) return options;
  try {
    const ca = await readFile(caFile, "utf8");
    if (!ca.includes("-----BEGIN CERTIFICATE-----")) throw new Error("no PEM");
    return { ...options, ca };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "there is no certificate in PEM in it";
    throw new MailError("mail.tls-files", `The authorities file cannot be used: ${why}.`, {
      permanent: true,
    });
  }
}

type Addresses = Awaited<ReturnType<typeof dns.lookup>>[];

async function lookUp(host: string, timeoutMs: number, signal: AbortSignal): Promise<Addresses> {
  signal.throwIfAborted();
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onStop = () => reject(stop.reason as Error);
  stop.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([dns.lookup(host, { all: true }), stopped]);
  } catch (error) {
    signal.throwIfAborted();
    const { code = "no answer in time" } = error as NodeJS.ErrnoException;
    const why = typeof code === "string" ? code : "no answer in time";
    throw new MailError("mail.unknown-host", `The name ${host} has no address (${why}).`);
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

async function connect(
  { host, port }: MailServer,
  addresses: Addresses,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  const lookup: LookupFunction = (_host, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, addresses[0]?.address ?? "", addresses[0]?.family);
  };
  const socket = openLine({ host, port, lookup, autoSelectFamily: true });
  await inTime(socket, "connect", timeoutMs, signal, (error) => {
    const code = error.code ?? (error as AggregateError & SmtpError).errors?.[0]?.code;
    return new MailError("mail.unreachable", `Nothing answers on port ${port} (${code ?? "no connection"}).`);
  });
  return socket;
}

/** Waits for an event of a socket, and destroys it when it does not come. */
async function inTime(
  socket: Socket,
  event: "connect" | "secureConnect",
  timeoutMs: number,
  signal: AbortSignal,
  failed: (error: SmtpError) => MailError,
): Promise<void> {
  // it must have a listener for all of its life: what happens later is told by other events too
  socket.on("error", () => {});
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, event, { signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    if (timeout.aborted) throw mailErrorOf({ code: "ETIMEDOUT" } as SmtpError, "open");
    throw failed(error as SmtpError);
  }
}

/** Version, name and term of the certificate, for the test button. */
export function encryptionWords(socket: TLSSocket): string {
  const { subject, valid_to } = socket.getPeerCertificate();
  const until = valid_to ? new Date(valid_to).toISOString().slice(0, 10) : "an unknown day";
  return `Encrypted with ${socket.getProtocol()}; certificate of ${subject?.CN ?? "no name"}, valid until ${until}.`;
}
