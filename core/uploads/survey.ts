// Looks through a whole upload before anything of it is taken in: what is in it, is it allowed, is it complete.
import { DatasetWalker, MalformedDataset, Tag, TruncatedDataset } from "@thalamus/sdk/dicom";
import type { UploadSettings } from "../config/upload-settings.ts";
import type { ArchiveEntry, ArchiveWalk } from "./archive-entry.ts";
import { MOST_HEAD_BYTES, readDicomHead } from "./dicom-head.ts";
import { checkPath, isSystemFile } from "./entry-rules.ts";
import { baseOf, type FileKind, fileKind, SNIFFED_BYTES } from "./file-kind.ts";
import { type FoundImage, type FoundSidecar, type FoundTable, tableRows } from "./nifti-bundle.ts";
import { followNifti } from "./nifti-image.ts";
import { isJsonObject, LARGEST_SIDECAR, parseJson } from "./sidecar.ts";
import { FileRefusal, Problems } from "./upload-problem.ts";

/** Whether the images of a study say who the patient is, as far as processing needs it. */
export interface StudySight {
  hasAge: boolean;
  hasSex: boolean;
}

export interface Survey {
  /** Positions of files that will be taken in as DICOM objects. */
  readonly dicom: ReadonlySet<number>;
  /** By StudyInstanceUID (0020,000D). */
  readonly studies: ReadonlyMap<string, StudySight>;
  readonly images: readonly FoundImage[];
  readonly bvals: readonly FoundTable[];
  readonly bvecs: readonly FoundTable[];
  readonly sidecars: readonly FoundSidecar[];
  readonly files: number;
  readonly skipped: number;
  readonly problems: Problems;
}

/** What a survey needs of a header. */
const SIGHT_TAGS = new Set([
  ...[Tag.StudyDate, Tag.PatientBirthDate, Tag.PatientSex, Tag.PatientAge, Tag.StudyInstanceUID],
]);
const MEGABYTE = 1_000_000;

/** @throws UploadRefusal when a limit is exceeded or the archive cannot be read */
export async function survey(
  walk: ArchiveWalk,
  settings: UploadSettings,
  signal: AbortSignal,
): Promise<Survey> {
  const surveyor = new Surveyor(settings);
  for await (const entry of walk) {
    signal.throwIfAborted();
    await surveyor.look(entry);
  }
  return surveyor;
}

class Surveyor implements Survey {
  readonly dicom = new Set<number>();
  readonly studies = new Map<string, StudySight>();
  readonly images: FoundImage[] = [];
  readonly bvals: FoundTable[] = [];
  readonly bvecs: FoundTable[] = [];
  readonly sidecars: FoundSidecar[] = [];
  readonly problems = new Problems();
  files = 0;
  skipped = 0;
  readonly #settings: UploadSettings;

  constructor(settings: UploadSettings) {
    this.#settings = settings;
  }

  async look(entry: ArchiveEntry): Promise<void> {
    this.files += 1;
    if (isSystemFile(entry.path)) {
      this.skipped += 1;
      return;
    }
    try {
      checkPath(entry.path, this.#settings);
      if (entry.refused) throw entry.refused;
      await this.#open(entry);
    } catch (error) {
      if (!(error instanceof FileRefusal)) throw error;
      this.problems.add(entry.position, error.code, error.message);
    }
  }

  async #open(entry: ArchiveEntry): Promise<void> {
    const bytes = new Peeked(entry.read());
    try {
      const head = await bytes.peek(SNIFFED_BYTES);
      await this.#sort(entry, fileKind(entry.path, head), bytes);
    } finally {
      await bytes.close();
    }
  }

  async #sort(entry: ArchiveEntry, kind: FileKind, bytes: Peeked): Promise<void> {
    const { position } = entry;
    const base = baseOf(entry.path);
    switch (kind) {
      case "dicom":
        this.dicom.add(position);
        return this.#lookAtDicom(bytes);
      case "nifti": {
        const gzipped = (await bytes.peek(2)).toString("hex", 0, 2) === "1f8b";
        const largest = this.#settings.largestFileMegabytes * MEGABYTE;
        this.images.push({ position, base, gzipped, ...(await followNifti(bytes, gzipped, largest)) });
        return;
      }
      case "bval":
      case "bvec": {
        const rows = tableRows((await smallFile(bytes)).toString("latin1"), kind);
        if (!rows)
          throw new FileRefusal("upload.nifti-invalid", "This gradient table holds more than numbers.");
        (kind === "bval" ? this.bvals : this.bvecs).push({ position, base, rows });
        return;
      }
      case "json": {
        const values = parseJson(await smallFile(bytes));
        if (isJsonObject(values)) this.sidecars.push({ position, base, values });
        else throw new FileRefusal("upload.not-sidecar", "This file is no JSON object.");
        return;
      }
      case "archive":
        throw new FileRefusal(
          "upload.nested-archive",
          "This file is packed once more. Unpack it before sending.",
        );
      case "empty":
        throw new FileRefusal("upload.empty-file", "This file is empty.");
      case "unknown":
        throw new FileRefusal("upload.not-recognized", "This file is neither DICOM nor NIfTI nor a sidecar.");
    }
  }

  /** What cannot be read here is refused with its reason when it is taken in. */
  async #lookAtDicom(bytes: Peeked): Promise<void> {
    const walker = await sightOf(bytes).catch((error: unknown) => {
      const known = [FileRefusal, MalformedDataset, TruncatedDataset].some((kind) => error instanceof kind);
      if (!known) throw error;
      return undefined;
    });
    const uid = walker?.text(Tag.StudyInstanceUID);
    if (!walker || !uid) return;
    const says = (tag: number) => (walker.text(tag) ?? "") !== "";
    const study = this.studies.get(uid) ?? { hasAge: false, hasSex: false };
    study.hasAge ||= says(Tag.PatientAge) || (says(Tag.PatientBirthDate) && says(Tag.StudyDate));
    study.hasSex ||= says(Tag.PatientSex);
    this.studies.set(uid, study);
  }
}

/** Follows a header to the end of what is wanted of it. */
async function sightOf(bytes: Peeked): Promise<DatasetWalker | undefined> {
  for (let size = SNIFFED_BYTES * 4; ; size *= 4) {
    const begin = await bytes.peek(size);
    const whole = begin.length < size;
    const head = readDicomHead(begin, whole);
    if (!head) continue;
    const walker = new DatasetWalker(head.object.transferSyntaxUid, SIGHT_TAGS);
    walker.feed(begin.subarray(head.dataSetStart));
    if (walker.pastHeader || whole || begin.length >= MOST_HEAD_BYTES) return walker;
  }
}

async function smallFile(bytes: Peeked): Promise<Buffer> {
  const content = await bytes.peek(LARGEST_SIDECAR + 1);
  if (content.length <= LARGEST_SIDECAR) return content;
  throw new FileRefusal("upload.file-too-large", "A table or sidecar of more than 1 MB is none.");
}

/** A stream of bytes whose begin can be looked at before it is read. */
class Peeked implements AsyncIterable<Buffer> {
  readonly #chunks: AsyncIterator<Buffer>;
  #begin: Buffer[] = [];
  #size = 0;

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  /** @returns at least `size` bytes, fewer only when there are no more */
  async peek(size: number): Promise<Buffer> {
    while (this.#size < size) {
      const { value, done } = await this.#chunks.next();
      if (done) break;
      this.#begin.push(value);
      this.#size += value.length;
    }
    if (this.#begin.length > 1) this.#begin = [Buffer.concat(this.#begin)];
    return this.#begin[0] ?? Buffer.alloc(0);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield* this.#begin;
    for (let next = await this.#chunks.next(); !next.done; next = await this.#chunks.next()) yield next.value;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
