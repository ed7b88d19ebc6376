// The archive a report goes to: the settings that name it, the test button, and sending with the answer understood.
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Permanent, Transient } from "../errors.ts";
import type { ProbeReport } from "../kinds/declaration.ts";
import { delivered, type Outcome } from "../outcome.ts";
import { tlsSettings } from "../peer-settings.ts";
import {
  type DicomPeer,
  DicomSendError,
  type DicomSender,
  type StoreAnswer,
} from "../services/dicom-sender.ts";
import { AeTitle, Port, Type } from "../settings.ts";
import type { DeliverStep, ResultArtifact } from "../step.ts";
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

/** What a step sends: objects made for it, the report itself first, and the artifact that is in it. */
export interface ReportDelivery {
  readonly step: DeliverStep;
  readonly sender: DicomSender;
  readonly peer: DicomPeer;
  readonly datasets: readonly [FileDataset, ...FileDataset[]];
  readonly report: ResultArtifact | undefined;
}

/**
 * Stores all objects over one association and settles the step by the archive's answers. The receipt has the hash of
 * each object as it was made, and of the artifact that was delivered.
 * @param plugin in front of the error codes
 * @throws Transient `.unreachable`, `.out-of-resources`, `.interrupted`: worth another try
 * @throws Permanent `.not-accepted`, `.refused`, `.unwritable`: a person has to look
 */
export async function storeReport(
  plugin: string,
  delivery: ReportDelivery,
  signal: AbortSignal,
): Promise<Outcome> {
  const { datasets, peer, report } = delivery;
  const objects = datasets.map((dataset) => encode(plugin, dataset));
  const answers = await sendObjects(plugin, objects, delivery, signal);
  const receiptOf = (dataset: FileDataset, index: number) => {
    const bytes = objects[index] ?? Buffer.alloc(0);
    return {
      sopInstanceUid: dataset.SOPInstanceUID,
      ...understood(plugin, answers[index]),
      objectSha256: createHash("sha256").update(bytes).digest("hex"),
      objectBytes: bytes.length,
    };
  };
  const [main, ...images] = datasets;
  const first = receiptOf(main, 0);
  const others = images.map((image, index) => receiptOf(image, index + 1));
  const { host, port, calledAe } = peer;
  return delivered({
    ...first,
    ...(others.length > 0 ? { images: others } : {}),
    // numbers without a file of their own: the object is the report
    sha256: report?.sha256 ?? first.objectSha256,
    bytes: report?.bytes ?? first.objectBytes,
    host,
    port,
    calledAe,
  });
}

/** @throws Transient, Permanent unless the object was stored */
function understood(plugin: string, answer: StoreAnswer | undefined): { status: string; warning?: string } {
  if (!answer) throw new Transient(`${plugin}.interrupted`, "The archive gave no answer for the object.");
  const meaning = meaningOfStoreStatus(answer.status);
  const status = `0x${answer.status.toString(16).toUpperCase().padStart(4, "0")}`;
  if (meaning.kind === "retry") {
    throw new Transient(`${plugin}.out-of-resources`, `The archive answered ${status}: ${meaning.text}.`);
  }
  if (meaning.kind === "refused") {
    throw new Permanent(`${plugin}.refused`, `The archive answered ${status}: ${meaning.text}.`);
  }
  return meaning.kind === "warning" ? { status, warning: meaning.text } : { status };
}

function encode(plugin: string, dataset: FileDataset): Buffer {
  try {
    return encodeFile(dataset);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Permanent(`${plugin}.unwritable`, `The object cannot be written: ${error.message}.`);
  }
}

/** @returns what the archive answered for each (PS3.7 9.1.1) */
async function sendObjects(
  plugin: string,
  objects: readonly Buffer[],
  { step, sender, peer }: ReportDelivery,
  signal: AbortSignal,
): Promise<readonly StoreAnswer[]> {
  // in the step's own folder: they hold the patient's name, and the hub removes the folder even after a crash
  const folder = await step.workspace();
  const files = objects.map((_bytes, index) => join(folder, `object-${index + 1}.dcm`));
  try {
    for (const [index, file] of files.entries()) {
      await writeFile(file, objects[index] ?? Buffer.alloc(0), { mode: 0o600 });
    }
    await step.acting();
    return await sender.store(peerOf(peer), files, signal);
  } catch (error) {
    if (!(error instanceof DicomSendError)) throw error;
    if (error.permanent) throw new Permanent(`${plugin}.not-accepted`, error.message);
    throw new Transient(`${plugin}.unreachable`, error.message);
  } finally {
    for (const file of files) await rm(file, { force: true });
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
