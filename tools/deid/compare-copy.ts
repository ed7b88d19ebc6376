// Whether a copy that an earlier run left is whole, and is the copy of its study as the study is now.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StoredInstance } from "@thalamus/sdk";
import { checkManifest } from "../../plugins/deid-safeharbor/proof/check-manifest.ts";
import {
  type ManifestFileLine,
  type ManifestLine,
  readLines,
} from "../../plugins/deid-safeharbor/proof/manifest-lines.ts";
import type { UidMap } from "../../plugins/deid-safeharbor/values/uid-map.ts";
import { codeOf, sha256OfFile } from "../folder-files.ts";
import { MANIFEST } from "./deid-study.ts";

export interface EarlierCopy {
  /** Where its files and its manifest are. */
  readonly folder: string;
  readonly patientPseudonym: string;
  readonly studyInstanceUid: string;
}

export interface CompareOptions {
  /** SPKI in PEM; the copy must be signed with it. */
  readonly publicKey: string;
  readonly uids: UidMap;
}

/** What the manifest lists, or what is wrong in a sentence without its point. */
export type Compared =
  | { readonly files: number; readonly changes: Readonly<Record<string, number>> }
  | { readonly problem: string };

/** A file server's clock may differ from that of this machine. */
const CLOCKS_DIFFER_MS = 600_000;

/**
 * The files of the copy are not read again: they were on the disk with their checksums before the folder had its name.
 * A source is read when it may have been touched since.
 * @param instances of the study, as they are now
 */
export async function compareCopy(
  copy: EarlierCopy,
  instances: readonly StoredInstance[],
  { publicKey, uids }: CompareOptions,
): Promise<Compared> {
  const manifest = join(copy.folder, MANIFEST);
  if (!existsSync(manifest)) return notWhole("there is no manifest");
  try {
    const { valid, problems, header } = await checkManifest(manifest, { publicKey });
    if (!valid || !header) return notWhole(problems[0]?.text ?? "");
    if (
      header.patientPseudonym !== copy.patientPseudonym ||
      header.studyInstanceUid !== copy.studyInstanceUid
    )
      return notWhole("the manifest is of another study");
    const { entries, changes } = await readEntries(manifest);
    const broken = [...entries.values()].find((entry) => !isThere(copy.folder, entry));
    if (broken) return notWhole(`${broken.path} is missing, or has another size`);
    const difference = await differenceOf(instances, entries, Date.parse(header.createdAt), uids);
    return difference === undefined
      ? { files: entries.size, changes }
      : { problem: `The study has changed since it was copied: ${difference}` };
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code) throw error;
    return { problem: `The study cannot be compared with its copy (${codeOf(error)})` };
  }
}

const notWhole = (text: string): Compared => ({
  problem: `The copy is not whole: ${text.replace(/\.$/, "")}`,
});

/** @returns what the manifest says of each file, by the SOPInstanceUID of the copy; its lines are valid */
async function readEntries(manifest: string) {
  const entries = new Map<string, ManifestFileLine>();
  let changes: Readonly<Record<string, number>> = {};
  for await (const text of readLines(manifest)) {
    const line = JSON.parse(text) as ManifestLine;
    if (line.type === "file") entries.set(line.sopInstanceUid, line);
    if (line.type === "end") changes = line.rules;
  }
  return { entries, changes };
}

/** @returns SHA-256 of the files that a copy was made of; none when that cannot be told */
export async function sourcesOf(folder: string): Promise<string[]> {
  const manifest = join(folder, MANIFEST);
  if (!existsSync(manifest) || !(await checkManifest(manifest)).valid) return [];
  const { entries } = await readEntries(manifest);
  return [...entries.values()].map(({ sourceSha256 }) => sourceSha256);
}

function isThere(folder: string, { path, bytes }: ManifestFileLine): boolean {
  const sight = statSync(join(folder, path), { throwIfNoEntry: false });
  return sight?.isFile() === true && sight.size === bytes;
}

/** @param copiedAt when the copy was begun, ms */
async function differenceOf(
  instances: readonly StoredInstance[],
  entries: ReadonlyMap<string, ManifestFileLine>,
  copiedAt: number,
  uids: UidMap,
): Promise<string | undefined> {
  if (instances.length !== entries.size)
    return `${instances.length} file${instances.length === 1 ? "" : "s"} now, ${entries.size} then`;
  const pairs = instances.map(({ path, sopInstanceUid }) => ({
    path,
    entry: entries.get(uids.map(sopInstanceUid)),
  }));
  // two files of one instance would hide that another is missing
  if (new Set(pairs.map(({ entry }) => entry)).size !== entries.size || pairs.some(({ entry }) => !entry))
    return "it has other instances";
  for (const { path, entry } of pairs) {
    // also of a file that was put in its place with its old date
    const isOld = statSync(path).ctimeMs < copiedAt - CLOCKS_DIFFER_MS;
    if (!isOld && (await sha256OfFile(path)) !== entry?.sourceSha256)
      return `the file that became ${entry?.path} has other content`;
  }
  return undefined;
}
