// The archive a report goes to: the settings that name it, the test button, and sending with the answer understood.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Permanent, Transient } from "../errors.ts";
import type { ProbeReport } from "../kinds/declaration.ts";
import { delivered, type Outcome } from "../outcome.ts";
import { type DicomPeer, DicomSendError, type DicomSender } from "../services/dicom-sender.ts";
import { AeTitle, Port, Type } from "../settings.ts";
import type { DeliverStep } from "../step.ts";
import { encodeFile, type FileDataset } from "./file-meta.ts";
import { meaningOfStoreStatus } from "./store-answer.ts";

const pemFile = (title: string, description: string) =>
  Type.Optional(Type.String({ title, description: `${description} PEM; absolute path.`, minLength: 1 }));

/** What an archive with DICOM TLS wants. */
const ArchiveTls = Type.Object(
  {
    caFile: pemFile(
      "Authorities file",
      "Who may have signed the archive's certificate; public ones if left out.",
    ),
    certificateFile: pemFile("Certificate file", "Own certificate, for an archive that asks for one."),
    keyFile: pemFile("Private key file", "Key of the own certificate."),
    serverName: Type.Optional(
      Type.String({
        title: "Name in the certificate",
        description: "Name the archive's certificate must have; the host if left out.",
        minLength: 1,
      }),
    ),
    profile: Type.Optional(
      Type.Union(
        [Type.Literal("bcp195"), Type.Literal("bcp195-non-downgrading"), Type.Literal("bcp195-modified")],
        {
          title: "Profile",
          description: "Secure transport connection profile (PS3.15 B.12, B.10, B.13); bcp195 if left out.",
        },
      ),
    ),
  },
  {
    additionalProperties: false,
    title: "TLS",
    description: "Present: associations with the archive are encrypted.",
  },
);

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
  tls: Type.Optional(ArchiveTls),
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

/** C-ECHO for the test button. */
export async function probeArchive(
  sender: DicomSender,
  peer: DicomPeer,
  signal: AbortSignal,
): Promise<ProbeReport> {
  try {
    const milliseconds = await sender.echo(peerOf(peer), signal);
    return { ok: true, message: `${peer.calledAe} answered C-ECHO in ${Math.round(milliseconds)} ms.` };
  } catch (error) {
    if (error instanceof DicomSendError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Settings hold more than the sender needs to know. */
const peerOf = ({ host, port, calledAe, callingAe, tls }: DicomPeer): DicomPeer => ({
  host,
  port,
  calledAe,
  callingAe,
  ...(tls ? { tls } : {}),
});
