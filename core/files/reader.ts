// Who may open which tree of files: plugins that send studies out get the de-identified one and no other.
import { resolve, sep } from "node:path";
import type { FileTrees } from "./file-trees.ts";

/** `outbound`: a plugin that sends studies out of the house. */
export type Reader = "inside" | "outbound";
type KeptTree = "received" | "deidentified" | "results";

const OPEN_TO: Readonly<Record<Reader, readonly KeptTree[]>> = {
  inside: ["received", "deidentified", "results"],
  outbound: ["deidentified"],
};

/**
 * The absolute path of a kept file, if this reader may have it. Every path that a plugin gets comes from here.
 * @param path relative to the tree, as its row has it
 * @throws Error when the tree is closed to the reader, or the path leaves the tree
 */
export function pathFor(reader: Reader, trees: FileTrees, tree: KeptTree, path: string): string {
  if (!OPEN_TO[reader].includes(tree))
    throw new Error(`the tree of ${tree} files is closed to ${reader} plugins`);
  const root = resolve(trees[tree]);
  const absolute = resolve(root, path);
  if (!absolute.startsWith(root + sep)) throw new Error(`a path that leaves the tree of ${tree} files`);
  return absolute;
}
