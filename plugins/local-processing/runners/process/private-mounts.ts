// Mounts that only one run sees: its input read-only, and its folders where a user of its own can reach them.
import { existsSync } from "node:fs";
import type { RunFolders } from "../runner.ts";
import { TOOLS } from "./system-tools.ts";

/** Folders where other file systems are put; one that is there, and that nothing of the run lies below. */
const BASES = ["/mnt", "/media", "/srv"] as const;

/** Where a run with a user of its own sees its folders: those above them are closed to everybody but the hub. */
export interface OwnPlace {
  readonly base: string;
  readonly folders: RunFolders;
}

/** @param needed absolute paths that must stay visible: the product, and the program that runs it */
export function ownPlace(needed: readonly string[]): OwnPlace | undefined {
  const base = BASES.find((one) => existsSync(one) && !needed.some((path) => path.startsWith(`${one}/`)));
  if (base === undefined) return undefined;
  return { base, folders: { in: `${base}/in`, out: `${base}/out`, work: `${base}/work` } };
}

/** 126 is what a shell says for a program that may not be run. */
const IN_PLACE = `
mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 126
shift; exec "$@"`;

const ELSEWHERE = `
base=$1
{ mount -t tmpfs -o mode=755,size=64k thalamus "$base" && mkdir "$base/in" "$base/out" "$base/work" &&
  mount --bind "$2" "$base/in" && mount -o remount,bind,ro "$base/in" &&
  mount --bind "$3" "$base/out" && mount --bind "$4" "$base/work" &&
  mount -o remount,ro "$base"; } || exit 126
shift 4; exec "$@"`;

/** Words that change the mounts of the process they are in, which has mounts of its own, and run what follows. */
export function mountWords(folders: RunFolders, elsewhere?: OwnPlace): readonly string[] {
  if (!elsewhere) return [TOOLS.shell, "-c", IN_PLACE, "sh", folders.in];
  return [TOOLS.shell, "-c", ELSEWHERE, "sh", elsewhere.base, folders.in, folders.out, folders.work];
}
