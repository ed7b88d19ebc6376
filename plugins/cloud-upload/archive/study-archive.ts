// The archive of a study's copy: looked through once, and then read wherever it is needed; there is no second copy of it.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { type DeidentifiedInstance, Permanent, Transient } from "@thalamus/sdk";
import { layOut, type StoredFile, type ZipLayout } from "./zip-layout.ts";

const CHUNK_BYTES = 1 << 20;
const NIFTI_ENDING = /\.(?:nii\.gz|nii|bval|bvec|json)$/;

export interface StudyArchive {
  readonly files: readonly StoredFile[];
  /** Of one archive with all of them. */
  readonly layout: ZipLayout;
  /** The same for the same files in the same order, and for no others. */
  readonly fingerprint: string;
}

/**
 * Reads every file, compares it with the checksum that the hub recorded, and lays the archive out.
 * @throws Permanent `cloud-upload.copy-damaged`, Transient `cloud-upload.storage`
 */
export async function archiveOf(
  instances: readonly DeidentifiedInstance[],
  signal: AbortSignal,
): Promise<StudyArchive> {
  const files: StoredFile[] = [];
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const instance of namedInstances(instances)) files.push(await checked(instance, chunk, signal));
  return { files, layout: layOut(files), fingerprint: fingerprintOf(instances) };
}

/** Image, tables and sidecar of a NIfTI series have one name, by which a cloud puts them together: `000001.bval`. */
export function namedInstances<T extends Pick<DeidentifiedInstance, "role" | "seriesInstanceUid" | "path">>(
  instances: readonly T[],
): (T & Pick<StoredFile, "name">)[] {
  const series = [...new Set(instances.map(({ seriesInstanceUid }) => seriesInstanceUid))];
  return instances.map((instance) => {
    const { role, path, seriesInstanceUid } = instance;
    if (role === "dicom") return instance;
    const number = String(series.indexOf(seriesInstanceUid) + 1).padStart(6, "0");
    return { ...instance, name: `${number}${NIFTI_ENDING.exec(path)?.[0] ?? ""}` };
  });
}

async function checked(
  { path, bytes, sha256, name }: DeidentifiedInstance & Pick<StoredFile, "name">,
  chunk: Buffer,
  signal: AbortSignal,
): Promise<StoredFile> {
  const hash = createHash("sha256");
  let sum = 0;
  let read = 0;
  const file = await open(path, "r").catch(unreadable);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, chunk.length, read).catch(unreadable);
      if (bytesRead === 0) break;
      const part = chunk.subarray(0, bytesRead);
      hash.update(part);
      sum = crc32(part, sum);
      read += bytesRead;
    }
  } finally {
    await file.close();
  }
  if (read === bytes && hash.digest("hex") === sha256)
    return { path, bytes, crc32: sum, ...(name === undefined ? {} : { name }) };
  throw new Permanent(
    "cloud-upload.copy-damaged",
    "A file of the copy is not as it was made. Nothing was sent; de-identify the study again.",
  );
}

function unreadable(error: unknown): never {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  throw new Transient("cloud-upload.storage", `A file of the copy could not be read (${code}).`);
}

function fingerprintOf(instances: readonly DeidentifiedInstance[]): string {
  const hash = createHash("sha256").update("archive 1");
  for (const { sha256, bytes } of instances) hash.update(`\n${sha256} ${bytes}`);
  return hash.digest("hex");
}
