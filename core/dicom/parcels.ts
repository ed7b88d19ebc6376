// Files on their way: what each says of itself, in which contexts it can go, and in which encoding it does.
import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { DicomSendError } from "@thalamus/sdk";
import {
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
  MalformedDataset,
  NotPart10,
  TruncatedDataset,
  toImplicitVr,
} from "@thalamus/sdk/dicom";
import { type AssociateAccept, ContextResult, type ProposedContext } from "@thalamus/sdk/dicom/net";
import { bytesSource, type DataSource, fileSource } from "./data-set-sender.ts";
import { type FileToSend, readPart10Meta } from "./part10-meta.ts";

/** An association has room for 128 contexts: odd ids from 1 to 255 (PS3.8 9.3.2.2). */
const MAX_CONTEXTS = 128;

/** After so many small reads others get their turn. */
const FILES_IN_A_ROW = 64;

/** An object is re-encoded in memory; there is no report that large. */
const MAX_REENCODED_BYTES = 256 * 1024 * 1024;

/** A file, what it says of itself, and the contexts it can go out in, best first. */
export interface Parcel {
  readonly path: string;
  readonly meta: FileToSend;
  readonly contexts: readonly ProposedContext[];
}

/**
 * Reads what all files say of themselves. Each SOP class has a context for each transfer syntax, so that a peer can
 * refuse one of them: asked in one context it would choose by its own taste.
 */
export async function makeParcels(files: readonly string[], signal: AbortSignal): Promise<Parcel[]> {
  const contexts = new Map<string, ProposedContext>();
  const contextOf = (sopClassUid: string, transferSyntax: string): ProposedContext => {
    const kind = `${sopClassUid} ${transferSyntax}`;
    const id = 2 * contexts.size + 1;
    const context = contexts.get(kind) ?? {
      id,
      abstractSyntax: sopClassUid,
      transferSyntaxes: [transferSyntax],
    };
    contexts.set(kind, context);
    return context;
  };
  const parcels: Parcel[] = [];
  for (const [index, path] of files.entries()) {
    if (index % FILES_IN_A_ROW === 0) await setImmediate();
    signal.throwIfAborted();
    const meta = await withFile(path, readPart10Meta);
    parcels.push({ path, meta, contexts: syntaxesOf(meta).map((one) => contextOf(meta.sopClassUid, one)) });
  }
  if (contexts.size > MAX_CONTEXTS) {
    const message = `${contexts.size} kinds of objects do not fit into one association`;
    throw new DicomSendError("dicom.no-context", message, true);
  }
  return parcels;
}

const syntaxesOf = ({ transferSyntaxUid, fileBytes }: FileToSend): string[] =>
  transferSyntaxUid === EXPLICIT_VR_LITTLE_ENDIAN && fileBytes <= MAX_REENCODED_BYTES
    ? [transferSyntaxUid, IMPLICIT_VR_LITTLE_ENDIAN]
    : [transferSyntaxUid];

/**
 * The context for each parcel. All or nothing: a peer that takes only some kinds of objects gets none of them.
 * @throws DicomSendError `dicom.no-context`
 */
export function chooseContexts(accept: AssociateAccept, parcels: readonly Parcel[]): ProposedContext[] {
  return parcels.map(({ meta, contexts }) => {
    const chosen = contexts.find((context) => takes(accept, context));
    if (chosen) return chosen;
    const syntaxes = contexts.flatMap((context) => context.transferSyntaxes).join(" or ");
    const message = `the peer does not take SOP class ${meta.sopClassUid} in ${syntaxes}`;
    throw new DicomSendError("dicom.no-context", message, true);
  });
}

export function takes({ contexts }: AssociateAccept, proposed: ProposedContext): boolean {
  const answer = contexts.find(({ id }) => id === proposed.id);
  return (
    answer?.result === ContextResult.accepted && proposed.transferSyntaxes.includes(answer.transferSyntax)
  );
}

/** The data set of an open file in the encoding of the context. @throws DicomSendError `dicom.bad-file` */
export function sourceIn({ transferSyntaxes }: ProposedContext, fd: number, meta: FileToSend): DataSource {
  const { dataSetStart, fileBytes, transferSyntaxUid } = meta;
  if (transferSyntaxes.includes(transferSyntaxUid)) return fileSource(fd, dataSetStart, fileBytes);
  const bytes = Buffer.alloc(fileBytes - dataSetStart);
  const bytesRead = readSync(fd, bytes, 0, bytes.length, dataSetStart);
  if (bytesRead !== bytes.length) throw new NotPart10("the file became shorter while it was sent");
  try {
    return bytesSource(toImplicitVr(bytes));
  } catch (error) {
    if (!(error instanceof TruncatedDataset || error instanceof MalformedDataset)) throw error;
    throw new DicomSendError("dicom.bad-file", `a file cannot be re-encoded: ${error.message}`, true);
  }
}

/** The text of an error of the file system would name the file, so it is replaced. */
export async function withFile<T>(path: string, work: (fd: number) => T | Promise<T>): Promise<T> {
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
