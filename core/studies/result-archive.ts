// Files of several results as one ZIP that is made while it is sent, so that nothing is held in memory or on the disk.
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { ArtifactRow, ResultRow } from "../database/entities/result.ts";
import { ZipArchive } from "../files/zip-archive.ts";
import type { ResultSight } from "./result-list.ts";

export const ARCHIVE_FORMATS = ["pdf", "png", "txt", "json", "xml", "csv"] as const;

/** They are packed already. */
const PACKED = /\.(png|gz|zip|pdf)$/;

/** @param formats file extensions; undefined for all files */
export function filesOf({ artifacts }: ResultSight, formats: readonly string[] | undefined): ArtifactRow[] {
  return artifacts.filter(({ path }) => !formats || formats.includes(path.slice(path.lastIndexOf(".") + 1)));
}

/**
 * @param tree folder of the results
 * @param nameOf what a file is called when it is saved
 */
export function archiveOf(
  sights: readonly ResultSight[],
  formats: readonly string[] | undefined,
  tree: string,
  nameOf: (result: ResultRow, artifact: ArtifactRow) => string,
): Readable {
  const zip = new ZipArchive();
  const taken = new Set<string>();
  for (const sight of sights) {
    for (const file of filesOf(sight, formats)) {
      const name = nameOf(sight.result, file);
      // an order that was run twice has two results with files of the same names
      const free = taken.has(name) ? `${sight.result.id}/${name}` : name;
      taken.add(free);
      const options = { compress: !PACKED.test(name), size: file.bytes, mtime: sight.result.createdAt };
      zip.addFile(free, options, () => createReadStream(join(tree, file.path)));
    }
  }
  return zip.end();
}
