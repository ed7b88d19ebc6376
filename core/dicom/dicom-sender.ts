// Sends DICOM files to another application entity by C-STORE, and asks by C-ECHO whether it is there.
import { performance } from "node:perf_hooks";
import { type DicomPeer, DicomSendError, type DicomSender, type StoreAnswer } from "@thalamus/sdk";
import {
  CommandField,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeCommand,
  IMPLICIT_VR_LITTLE_ENDIAN,
  PRIORITY_MEDIUM,
  type ProposedContext,
  VERIFICATION,
} from "@thalamus/sdk/dicom/net";
import { DataSetSender } from "./data-set-sender.ts";
import { chooseContexts, makeParcels, type Parcel, sourceIn, takes, withFile } from "./parcels.ts";
import { probePeer } from "./probe-peer.ts";
import { SenderAssociation, type SenderTimeouts } from "./sender-association.ts";

const DEFAULT_TIMEOUTS: SenderTimeouts = { connectMs: 10_000, answerMs: 60_000 };

/**
 * Makes a sender on our own network layer.
 *
 * Besides the codes of the association (`dicom.unreachable`, `.tls`, `.tls-files`, `.rejected`, `.aborted`,
 * `.timeout`) a send fails with `dicom.no-context` when the peer does not take an object's SOP class in its transfer syntax,
 * before anything is sent, and with `dicom.bad-file` when a file is no PS3.10 file. Both are permanent.
 * An object goes out bit for bit, but for one thing: one in Explicit VR Little Endian is re-encoded for a peer that takes
 * its SOP class in Implicit VR Little Endian only.
 * @param timeouts 10 s to connect and 60 s for an answer unless given
 */
export function createDicomSender(timeouts: Partial<SenderTimeouts> = {}): DicomSender {
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  return {
    store: (peer, files, signal) => store(peer, files, limits, signal),
    echo: (peer, signal) => echo(peer, limits, signal),
    probe: (peer, sopClassUids, signal) => probePeer(peer, sopClassUids, limits, signal),
  };
}

async function echo(peer: DicomPeer, timeouts: SenderTimeouts, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  const context = {
    id: 1,
    abstractSyntax: VERIFICATION,
    transferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN],
  };
  const association = await SenderAssociation.open(peer, [context], timeouts, signal);
  return abortOnError(association, async () => {
    if (!takes(association.accept, context)) {
      throw new DicomSendError("dicom.no-context", "the peer does not take C-ECHO", true);
    }
    const request = {
      commandField: CommandField.echoRequest,
      hasDataSet: false,
      affectedSopClassUid: VERIFICATION,
      messageId: 1,
    };
    await association.write(encodeCommand(context.id, request, association.accept.user.maxPduLength));
    const { status } = await association.response(1);
    const elapsedMs = performance.now() - startedAt;
    await association.release();
    if (status !== 0) throw new DicomSendError("dicom.aborted", "the peer answered C-ECHO with a failure");
    return elapsedMs;
  });
}

async function store(
  peer: DicomPeer,
  files: readonly string[],
  timeouts: SenderTimeouts,
  signal: AbortSignal,
): Promise<readonly StoreAnswer[]> {
  if (files.length === 0) return [];
  const parcels = await makeParcels(files, signal);
  const contexts = [...new Set(parcels.flatMap((parcel) => parcel.contexts))];
  const association = await SenderAssociation.open(peer, contexts, timeouts, signal);
  return abortOnError(association, async () => {
    const chosen = chooseContexts(association.accept, parcels);
    const sender = new DataSetSender(association, association.accept.user.maxPduLength);
    const answers: StoreAnswer[] = [];
    for (const [index, parcel] of parcels.entries()) {
      const context = chosen[index] as ProposedContext;
      answers.push(await storeOne(association, sender, parcel, context, (index % 0xffff) + 1));
    }
    await association.release();
    return answers;
  });
}

async function storeOne(
  association: SenderAssociation,
  sender: DataSetSender,
  { path, meta }: Parcel,
  context: ProposedContext,
  messageId: number,
): Promise<StoreAnswer> {
  const request = {
    commandField: CommandField.storeRequest,
    hasDataSet: true,
    affectedSopClassUid: meta.sopClassUid,
    affectedSopInstanceUid: meta.sopInstanceUid,
    messageId,
    priority: PRIORITY_MEDIUM,
  };
  await withFile(path, (fd) => sender.send(context.id, request, sourceIn(context, fd, meta)));
  const { status } = await association.response(messageId);
  return { sopInstanceUid: meta.sopInstanceUid, status };
}

async function abortOnError<T>(association: SenderAssociation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    association.abort(error);
    throw error;
  }
}
