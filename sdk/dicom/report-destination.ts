// The archive a report goes to: the settings that name it, the test button, and sending with the answer understood.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Permanent, Transient } from "../errors.ts";
import type { ProbeReport } from "../kinds/declaration.ts";
import { delivered, type Outcome } from "../outcome.ts";
import { tlsSettings } from "../peer-settings.ts";
import { type DicomPeer, DicomSendError, type DicomSender } from "../services/dicom-sender.ts";
import { AeTitle, Port, Type } from "../settings.ts";
import type { DeliverStep } from "../step.ts";
import { encodeFile, type FileDataset } from "./file-meta.ts";
import { meaningOfStoreStatus } from "./store-answer.ts";

/** Settings of every delivery to an archive; spread into `Settings({ … })`. */
export const archiveSettings = {
  host: Type.String({ title: "Host", description: "Name or address of the archive.", minLength: 1 }),
  port: Port({ title: "Port", description: "DICOM port of the archive.", default: 104 }),
  calledAe: AeTitle({ title: "Called AE title", description: "AE title of the archive." }),
  callingAe: AeTitle({
    title: "Calling AE title",
    description: "AE title of this hub, as the archive knows it.",
    default: "THALAMUS",
  }),
  tls: tlsSettings("archive", "Present: associations with the archive are encrypted."),
  deliverFailures: Type.Boolean({
    title: "Deliver failures",
    description: "Also file reports that say why there is no result.",
    default: false,
  }),
};

/**
 * Stores one object made for a step and settles the step by the archive's answer.
 * @param plugin in front of the error codes
 * @throws Transient `.unreachable`, `.out-of-resources`, `.interrupted`: worth another try
 * @throws Permanent `.not-accepted`, `.refused`, `.unwritable`: a person has to look
 */
export async function storeReport(
  plugin: string,
  {
    step,
    sender,
    peer,
    dataset,
  }: { step: DeliverStep; sender: DicomSender; peer: DicomPeer; dataset: FileDataset },
  signal: AbortSignal,
): Promise<Outcome> {
  const bytes = encode(plugin, dataset);
  const status = await sendFile(plugin, bytes, step, sender, peer, signal);
  const meaning = meaningOfStoreStatus(status);
  const shown = `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
  if (meaning.kind === "retry") {
    throw new Transient(`${plugin}.out-of-resources`, `The archive answered ${shown}: ${meaning.text}.`);
  }
  if (meaning.kind === "refused") {
    throw new Permanent(`${plugin}.refused`, `The archive answered ${shown}: ${meaning.text}.`);
  }
  return delivered({
    sopInstanceUid: dataset.SOPInstanceUID,
    status: shown,
    ...(meaning.kind === "warning" ? { warning: meaning.text } : {}),
    host: peer.host,
    port: peer.port,
    calledAe: peer.calledAe,
  });
}

function encode(plugin: string, dataset: FileDataset): Buffer {
  try {
    return encodeFile(dataset);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Permanent(`${plugin}.unwritable`, `The object cannot be written: ${error.message}.`);
  }
}

/** @returns the status the archive answered (PS3.7 9.1.1) */
async function sendFile(
  plugin: string,
  bytes: Buffer,
  step: DeliverStep,
  sender: DicomSender,
  peer: DicomPeer,
  signal: AbortSignal,
): Promise<number> {
  // in the step's own folder: it holds the patient's name, and the hub removes the folder even after a crash
  const file = join(await step.workspace(), "report.dcm");
  try {
    await writeFile(file, bytes, { mode: 0o600 });
    await step.acting();
    const [answer] = await sender.store(peerOf(peer), [file], signal);
    if (!answer) throw new Transient(`${plugin}.interrupted`, "The archive gave no answer for the object.");
    return answer.status;
  } catch (error) {
    if (!(error instanceof DicomSendError)) throw error;
    if (error.permanent) throw new Permanent(`${plugin}.not-accepted`, error.message);
    throw new Transient(`${plugin}.unreachable`, error.message);
  } finally {
    await rm(file, { force: true });
  }
}

/** For the test button. @param sopClassUids of the objects that are delivered */
export const probeArchive = (
  sender: DicomSender,
  peer: DicomPeer,
  sopClassUids: readonly string[],
  signal: AbortSignal,
): Promise<ProbeReport> => sender.probe(peerOf(peer), sopClassUids, signal);

/** Settings hold more than the sender needs to know. */
const peerOf = ({ host, port, calledAe, callingAe, tls }: DicomPeer): DicomPeer => ({
  host,
  port,
  calledAe,
  callingAe,
  ...(tls ? { tls } : {}),
});
