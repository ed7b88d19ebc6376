// Sends DICOM files to another application entity by C-STORE, and asks by C-ECHO whether it is there.
import { closeSync, openSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { type DicomPeer, DicomSendError, type DicomSender, type StoreAnswer } from "@thalamus/sdk";
import { NotPart10 } from "@thalamus/sdk/dicom";
import {
  CommandField,
  ContextResult,
  EXPLICIT_VR_LITTLE_ENDIAN,
  encodeCommand,
  IMPLICIT_VR_LITTLE_ENDIAN,
  PRIORITY_MEDIUM,
  type ProposedContext,
  VERIFICATION,
} from "@thalamus/sdk/dicom/net";
import { DataSetSender } from "./data-set-sender.ts";
import { type FileToSend, readPart10Meta } from "./part10-meta.ts";
import { probePeer } from "./probe-peer.ts";
import { SenderAssociation, type SenderTimeouts } from "./sender-association.ts";

const DEFAULT_TIMEOUTS: SenderTimeouts = { connectMs: 10_000, answerMs: 60_000 };

/** An association has room for 128 contexts: odd ids from 1 to 255 (PS3.8 9.3.2.2). */
const MAX_CONTEXTS = 128;

/** After so many small reads others get their turn. */
const FILES_IN_A_ROW = 64;

/** A file, what it says of itself, and the context it goes out in. */
interface Parcel {
  readonly path: string;
  readonly meta: FileToSend;
  readonly context: ProposedContext;
}

/**
 * Makes a sender on our own network layer.
 *
 * Besides the codes of the association (`dicom.unreachable`, `.tls`, `.tls-files`, `.rejected`, `.aborted`,
 * `.timeout`) a send fails with `dicom.no-context` when the peer does not take an object's SOP class in its transfer syntax,
 * before anything is sent, and with `dicom.bad-file` when a file is no PS3.10 file. Both are permanent.
 * Objects are never re-encoded.
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
    requireContexts(association, [context]);
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
  const contexts = [...new Set(parcels.map((parcel) => parcel.context))];
  const association = await SenderAssociation.open(peer, contexts, timeouts, signal);
  return abortOnError(association, async () => {
    requireContexts(association, contexts);
    const sender = new DataSetSender(association, association.accept.user.maxPduLength);
    const answers: StoreAnswer[] = [];
    for (const [index, parcel] of parcels.entries()) {
      answers.push(await storeOne(association, sender, parcel, (index % 0xffff) + 1));
    }
    await association.release();
    return answers;
  });
}

async function storeOne(
  association: SenderAssociation,
  sender: DataSetSender,
  { path, meta, context }: Parcel,
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
  await withFile(path, (fd) => sender.send(context.id, request, fd, meta));
  const { status } = await association.response(messageId);
  return { sopInstanceUid: meta.sopInstanceUid, status };
}

/** Reads what all files say of themselves and gives each SOP class and transfer syntax one context. */
async function makeParcels(files: readonly string[], signal: AbortSignal): Promise<Parcel[]> {
  const contexts = new Map<string, ProposedContext>();
  const parcels: Parcel[] = [];
  for (const [index, path] of files.entries()) {
    if (index % FILES_IN_A_ROW === 0) await setImmediate();
    signal.throwIfAborted();
    const meta = await withFile(path, readPart10Meta);
    const kind = `${meta.sopClassUid} ${meta.transferSyntaxUid}`;
    const context = contexts.get(kind) ?? {
      id: 2 * contexts.size + 1,
      abstractSyntax: meta.sopClassUid,
      transferSyntaxes: [meta.transferSyntaxUid],
    };
    contexts.set(kind, context);
    parcels.push({ path, meta, context });
  }
  if (contexts.size > MAX_CONTEXTS) {
    const message = `${contexts.size} kinds of objects do not fit into one association`;
    throw new DicomSendError("dicom.no-context", message, true);
  }
  return parcels;
}

/** All or nothing: a peer that takes only some kinds of objects gets none of them. */
function requireContexts(association: SenderAssociation, contexts: readonly ProposedContext[]): void {
  for (const context of contexts) {
    const answer = association.accept.contexts.find((each) => each.id === context.id);
    const isAccepted =
      answer?.result === ContextResult.accepted && context.transferSyntaxes.includes(answer.transferSyntax);
    if (isAccepted) continue;
    const what = `SOP class ${context.abstractSyntax} in ${context.transferSyntaxes.join(" or ")}`;
    throw new DicomSendError("dicom.no-context", `the peer does not take ${what}`, true);
  }
}

async function abortOnError<T>(association: SenderAssociation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    association.abort(error);
    throw error;
  }
}

/** The text of an error of the file system would name the file, so it is replaced. */
async function withFile<T>(path: string, work: (fd: number) => T | Promise<T>): Promise<T> {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    return await work(fd);
  } catch (error) {
    if (error instanceof NotPart10) throw new DicomSendError("dicom.bad-file", error.message, true);
    const { syscall, code } = error as NodeJS.ErrnoException;
    if (!syscall) throw error;
    throw new DicomSendError("dicom.bad-file", `a file cannot be read: ${code ?? "unknown"}`, true);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
