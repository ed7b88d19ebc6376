// Destinations for contract suites: where a delivery goes, and how well it answers.

import { readFileHeader, Tag } from "../../dicom/index.ts";
import type { DicomSender } from "../../services/dicom-sender.ts";
import { DicomSendError } from "../../services/dicom-sender.ts";
import { DicomSenderToken } from "../../tokens.ts";
import { recordingSender } from "../recording-sender.ts";
import { type OfferedService, offer } from "./plugin-bench.ts";

export interface Destination {
  readonly services: readonly OfferedService[];
  /** `well`: takes everything; `away`: cannot be reached; `never`: takes the call and does not answer. */
  answers: "well" | "away" | "never";
  /** One text for each thing that arrived; a second delivery of the same thing has the same text. */
  arrived(): Promise<readonly string[]>;
}

/** An archive that is stored to by the DICOM sender; things are told apart by SOP Instance UID. */
export function archiveDestination(scratch: string): Destination {
  const recording = recordingSender(scratch);
  const before = async (signal: AbortSignal): Promise<void> => {
    if (destination.answers === "away") throw new DicomSendError("dicom-sender.connect", "no connection");
    if (destination.answers === "never") await untilAborted(signal);
  };
  const sender: DicomSender = {
    store: async (peer, files, signal) => {
      await before(signal);
      return recording.store(peer, files, signal);
    },
    echo: async (peer, signal) => {
      await before(signal);
      return recording.echo(peer, signal);
    },
  };
  const destination: Destination = {
    services: [offer(DicomSenderToken, sender)],
    answers: "well",
    arrived: async () => {
      const headers = await Promise.all(recording.files.map((file) => readFileHeader(file)));
      return headers.map(({ dataset }) => dataset.ascii(Tag.SOPInstanceUID) ?? "");
    },
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
