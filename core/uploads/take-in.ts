// Brings the files of an upload that passed its survey into the intake, one stream after the other.
import { type Accepted, type InstanceWriter, IntakeRefusal } from "@thalamus/sdk";
import type { UploadAssociation } from "../intake/intake.ts";
import type { ArchiveEntry, ArchiveWalk } from "./archive-entry.ts";
import { type DicomHead, readDicomHead } from "./dicom-head.ts";
import type { NiftiPlan } from "./nifti-bundle.ts";
import { FileRefusal, type Problems, TryUploadLater } from "./upload-problem.ts";

/** Objects whose row is on its way while the next one is read: they share commits. */
const MOST_ON_THE_WAY = 16;
/** Not the object's fault. */
const PASSING: readonly string[] = ["intake.out-of-space", "intake.storage-failed", "intake.stopping"];

export interface TakeInParts {
  readonly association: UploadAssociation;
  /** Positions of DICOM objects. */
  readonly dicom: ReadonlySet<number>;
  readonly nifti: NiftiPlan;
  readonly problems: Problems;
  /** Called for each object that is safe, before the next step of its study can begin. */
  readonly accepted: (accepted: Accepted) => Promise<void>;
  /** Called after each file. */
  readonly passed: () => void;
  readonly signal: AbortSignal;
}

/**
 * Resolves when every file is safe or among the problems.
 * @throws TryUploadLater, UploadRefusal, or the reason of the signal; what was accepted stays
 */
export async function takeIn(walk: ArchiveWalk, parts: TakeInParts): Promise<void> {
  const onTheWay = new Set<Promise<void>>();
  let failure: unknown;
  try {
    for await (const entry of walk) {
      parts.signal.throwIfAborted();
      if (failure !== undefined) throw failure;
      for (const writer of await receive(entry, parts)) {
        const end = settle(writer, entry.position, parts)
          .catch((error: unknown) => {
            failure ??= error;
          })
          .finally(() => onTheWay.delete(end));
        onTheWay.add(end);
      }
      parts.passed();
      if (onTheWay.size >= MOST_ON_THE_WAY) await Promise.race(onTheWay);
    }
  } finally {
    await Promise.all(onTheWay);
  }
  if (failure !== undefined) throw failure;
}

/** @returns writers that hold a whole file and wait to be finished; none for a file that is left out */
async function receive(entry: ArchiveEntry, parts: TakeInParts): Promise<InstanceWriter[]> {
  const files = parts.nifti.get(entry.position) ?? [];
  const writers = files.map((file) => parts.association.receiveNifti(file));
  const isDicom = parts.dicom.has(entry.position);
  if (!isDicom && writers.length === 0) return [];
  try {
    if (isDicom) await receiveDicom(entry, parts, writers);
    else for await (const chunk of entry.read()) for (const writer of writers) writer.write(chunk);
    return writers;
  } catch (error) {
    for (const writer of writers) writer.abandon();
    if (!(error instanceof FileRefusal)) throw error;
    parts.problems.add(entry.position, error.code, error.message);
    return [];
  }
}

async function receiveDicom(
  entry: ArchiveEntry,
  { association, signal }: TakeInParts,
  writers: InstanceWriter[],
): Promise<void> {
  let begin: Buffer = Buffer.alloc(0);
  const open = (head: DicomHead) => {
    const writer = association.receive(head.object);
    writers.push(writer);
    writer.write(begin.subarray(head.dataSetStart));
  };
  for await (const chunk of entry.read()) {
    signal.throwIfAborted();
    if (writers[0]) {
      writers[0].write(chunk);
      continue;
    }
    begin = begin.length === 0 ? chunk : Buffer.concat([begin, chunk]);
    const head = readDicomHead(begin, false);
    if (head) open(head);
  }
  if (writers.length > 0) return;
  const head = readDicomHead(begin, true);
  if (head) open(head);
}

async function settle(writer: InstanceWriter, position: number, parts: TakeInParts): Promise<void> {
  const accepted = await writer.finish().catch((error: unknown) => {
    if (!(error instanceof IntakeRefusal)) throw error;
    if (PASSING.includes(error.code))
      throw new TryUploadLater(error.code, WAITING[error.code] ?? error.message);
    // the words of a refusal name attributes, never values
    parts.problems.add(position, error.code, `This object was refused: ${error.message}.`);
  });
  if (accepted) await parts.accepted(accepted);
}

const WAITING: Readonly<Record<string, string>> = {
  "intake.out-of-space": "Too little disk space is free; the upload goes on when there is room.",
  "intake.storage-failed": "Disk or database do not answer; the upload goes on when they do.",
  "intake.stopping": "The hub is stopping; the upload goes on when it is back.",
};
