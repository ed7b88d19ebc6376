// Destinations for contract suites: where a delivery goes, and how well it answers.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileHeader, Tag } from "../../dicom/index.ts";
import { buildHl7, readHl7 } from "../../hl7/index.ts";
import type { DicomSender } from "../../services/dicom-sender.ts";
import { DicomSendError } from "../../services/dicom-sender.ts";
import { type Mllp, MllpError } from "../../services/mllp.ts";
import { DicomSenderToken, MllpToken } from "../../tokens.ts";
import { type OfferedService, offer } from "./plugin-bench.ts";

export interface Destination {
  readonly services: readonly OfferedService[];
  /** `well`: takes everything; `away`: cannot be reached; `never`: takes the call and does not answer. */
  answers: "well" | "away" | "never";
  /** One text for each thing that arrived; a second delivery of the same thing has the same text. */
  arrived(): Promise<readonly string[]>;
}

/** An archive that is stored to by the DICOM sender; things are told apart by SOP Instance UID. */
export function archiveDestination(): Destination {
  const arrived: string[] = [];
  const answer = async (signal: AbortSignal): Promise<void> => {
    if (destination.answers === "away") throw new DicomSendError("dicom.unreachable", "no connection");
    if (destination.answers === "never") await untilAborted(signal);
  };
  const sender: DicomSender = {
    store: async (_peer, files, signal) => {
      await answer(signal);
      const headers = await Promise.all(files.map((file) => readFileHeader(file)));
      const uids = headers.map(({ dataset }) => dataset.ascii(Tag.SOPInstanceUID) ?? "");
      arrived.push(...uids);
      return uids.map((sopInstanceUid) => ({ sopInstanceUid, status: 0 }));
    },
    echo: async (_peer, signal) => {
      await answer(signal);
      return 12;
    },
    probe: async () => {
      const ok = destination.answers === "well";
      return { ok, message: ok ? "C-ECHO was answered with 0x0000 in 12 ms." : "No connection." };
    },
  };
  const destination: Destination = {
    services: [offer(DicomSenderToken, sender)],
    answers: "well",
    arrived: async () => [...arrived],
  };
  return destination;
}

/** A web server; things are told apart by method, path and Idempotency-Key. HEAD, OPTIONS and GET deliver nothing. */
export async function httpDestination(): Promise<Destination & { readonly url: string }> {
  const arrived: string[] = [];
  const server = createServer(async (request, response) => {
    if (destination.answers === "away") {
      request.socket.destroy();
      return;
    }
    if (destination.answers === "never") return;
    for await (const _ of request);
    const { method = "", url = "", headers } = request;
    const delivers = !["HEAD", "OPTIONS", "GET"].includes(method);
    if (delivers) arrived.push(`${method} ${url} ${headers["idempotency-key"] ?? ""}`);
    response.writeHead(200).end();
  });
  // the process may end while it listens
  server.unref().listen(0, "127.0.0.1");
  await once(server, "listening");
  const destination = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    services: [],
    answers: "well" as Destination["answers"],
    arrived: async () => [...arrived],
  };
  return destination;
}

/** A receiver of HL7 messages, behind the MLLP client; messages are told apart by their control id (MSH-10). */
export function mllpDestination(): Destination {
  const arrived: string[] = [];
  const mllp: Mllp = {
    send: async (_peer, { bytes, controlId }, signal) => {
      if (destination.answers === "away") throw new MllpError("mllp.unreachable", "no connection");
      if (destination.answers === "never") await untilAborted(signal);
      arrived.push(readHl7(bytes).segment("MSH")?.text(10) ?? "");
      const header = { name: "MSH", fields: { 9: "ACK", 10: "1", 11: "P", 12: "2.5.1" } };
      const accepted = { name: "MSA", fields: { 1: "AA", 2: controlId } };
      return readHl7(buildHl7([header, accepted], "ASCII"));
    },
    probe: async () => {
      const ok = destination.answers === "well";
      return [{ stage: "connect", ok, message: ok ? "Port 2575 takes connections." : "No connection." }];
    },
  };
  const destination: Destination = {
    services: [offer(MllpToken, mllp)],
    answers: "well",
    arrived: async () => [...arrived],
  };
  return destination;
}

/** Rejects with the signal's reason, as everything that waits for the other side must. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
