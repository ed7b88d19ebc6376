// An upload of a whole group: each file in it is a ZIP with one study, opened one level deep and no further.
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { UploadSettings } from "../config/upload-settings.ts";
import type { ArchiveEntry, ArchiveWalk, UnpackLimits } from "./archive-entry.ts";
import { ArchiveFile } from "./archive-file.ts";
import { archiveKind } from "./archive-kind.ts";
import { checkPath, isSystemFile } from "./entry-rules.ts";
import { type Survey, survey } from "./survey.ts";
import { judge, type Plan } from "./survey-verdict.ts";
import { FileRefusal, Problems, UploadRefusal } from "./upload-problem.ts";
import { zipWalk } from "./zip-walk.ts";

/** What one ZIP of the upload becomes. */
export interface StudyArchive {
  readonly found: Survey;
  readonly plan: Plan;
}

/** What is told about the upload as a whole. */
export interface WholeSight {
  readonly files: number;
  readonly skipped: number;
  readonly problems: Problems;
}

export interface ArchiveParts {
  /** Where one ZIP lies while it is read; in nobody else's way. */
  readonly scratch: string;
  readonly settings: UploadSettings;
  /** Of the whole upload: what the ZIPs hold counts too. */
  readonly limits: UnpackLimits;
  readonly signal: AbortSignal;
}

/** Limits of the upload as a whole; a ZIP that exceeds one of them ends all. */
const OF_THE_WHOLE = ["upload.too-many-files", "upload.unpacks-too-large", "upload.bomb"];

/**
 * Looks through every ZIP before any of them is taken in. One that is wrong is told, and the others go on.
 * @throws UploadRefusal when a limit of the whole is exceeded, or no ZIP holds a study
 */
export async function surveyArchives(
  walk: ArchiveWalk,
  parts: ArchiveParts,
): Promise<{ readonly studies: ReadonlyMap<number, StudyArchive>; readonly whole: WholeSight }> {
  const studies = new Map<number, StudyArchive>();
  const whole = { files: 0, skipped: 0, problems: new Problems() };
  for await (const entry of walk) {
    parts.signal.throwIfAborted();
    if (isSystemFile(entry.path)) {
      whole.files += 1;
      whole.skipped += 1;
      continue;
    }
    try {
      const study = await lookInto(entry, parts);
      studies.set(entry.position, study);
      whole.files += study.found.files;
      whole.skipped += study.found.skipped;
    } catch (error) {
      if (!isOfOneZip(error)) throw error;
      whole.files += 1;
      whole.problems.add(entry.position, error.code, error.message);
    }
  }
  if (studies.size > 0) return { studies, whole };
  const [first] = whole.problems.list();
  const code = first?.code ?? "upload.nothing-found";
  throw new UploadRefusal(code, `No ZIP of the upload holds a study. ${first?.message ?? ""}`.trim());
}

/** Unpacks one ZIP and gives a walk through it; the file is gone afterwards. */
export async function withStudyArchive<T>(
  entry: ArchiveEntry,
  { scratch, limits, signal }: ArchiveParts,
  work: (walk: ArchiveWalk) => Promise<T>,
): Promise<T> {
  try {
    await pipeline(
      Readable.from(entry.read(), { objectMode: false }),
      createWriteStream(scratch, { mode: 0o600 }),
      {
        signal,
      },
    );
    await using file = await ArchiveFile.open([scratch]);
    if ((await archiveKind(file)) !== "zip") {
      const message =
        "This file is no ZIP. An upload of a group holds one ZIP for each study and nothing else.";
      throw new FileRefusal("upload.not-study-archive", message);
    }
    return await work(zipWalk(file, limits));
  } finally {
    await rm(scratch, { force: true });
  }
}

/** Problems inside of a ZIP are told by its own place in the upload: that is what the sender can look up. */
export function tellInside(position: number, inside: Problems, whole: Problems): void {
  const refused = inside.refused;
  for (const [at, { position: file, code, message }] of inside.list().entries()) {
    const words = file > 0 ? `File ${file} of this ZIP: ${message}` : message;
    if (at < refused) whole.add(position, code, words);
    else whole.warn(position, code, words);
  }
}

async function lookInto(entry: ArchiveEntry, parts: ArchiveParts): Promise<StudyArchive> {
  const { settings, signal } = parts;
  checkPath(entry.path, settings);
  if (entry.refused) throw entry.refused;
  const found = await withStudyArchive(entry, parts, (walk) => survey(walk, settings, signal));
  if (found.studies.size > 1) {
    const message = `This ZIP holds ${found.studies.size} studies. Pack each of them by itself.`;
    throw new FileRefusal("upload.several-studies", message);
  }
  return { found, plan: judge(found, {}, settings) };
}

const isOfOneZip = (error: unknown): error is FileRefusal | UploadRefusal =>
  error instanceof FileRefusal || (error instanceof UploadRefusal && !OF_THE_WHOLE.includes(error.code));
