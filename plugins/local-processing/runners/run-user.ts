// Who a product runs as, and handing it files that it may read without touching the received ones.
import { chmod, chown, copyFile, constants as flags, lchown, lstat, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { RunFolders } from "./runner.ts";

/** A user and a group, by number. */
export interface RunUser {
  readonly uid: number;
  readonly gid: number;
}

/** The user that the product contract names; no account of it is needed. */
export const CONTRACT_USER: RunUser = { uid: 10_001, gid: 10_001 };

/** Of a setting such as `10001:10001`. */
export function userOf(text: string): RunUser {
  const [uid = 0, gid = uid] = text.split(":").map(Number);
  return { uid, gid };
}

/** Undefined where users have no numbers. */
export function ownUser(): RunUser | undefined {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

/**
 * The user of a container: the one a site wants, else the contract's where the hub may give files away (it is root, or
 * that very user), else the hub's own, so that both can read what the other wrote.
 */
export function containerUser(wanted: string | undefined): RunUser {
  if (wanted !== undefined) return userOf(wanted);
  const own = ownUser();
  return own === undefined || own.uid === 0 ? CONTRACT_USER : own;
}

/**
 * Gives the folders of a run to another user. Input files that are links to received ones become copies first: whoever
 * owns a link owns the received file. A copy shares blocks where the file system can.
 */
export async function handOver(folders: RunFolders, user: RunUser): Promise<void> {
  if (ownUser()?.uid === user.uid) return;
  await giveAway(folders.in, user);
  for (const folder of [folders.out, folders.work]) await chown(folder, user.uid, user.gid);
}

/** Takes what another user made: it is the hub's from then on. Only root can, and only root has given anything away. */
export async function takeBack(paths: readonly string[]): Promise<void> {
  const own = ownUser();
  if (own?.uid !== 0) return;
  for (const path of paths) await lchown(path, own.uid, own.gid);
}

async function giveAway(folder: string, user: RunUser): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveAway(path, user);
    else await giveFile(path, user);
  }
  await chown(folder, user.uid, user.gid);
}

async function giveFile(path: string, { uid, gid }: RunUser): Promise<void> {
  if ((await lstat(path)).nlink > 1) {
    const copy = `${path}.copy`;
    await copyFile(path, copy, flags.COPYFILE_FICLONE);
    await rename(copy, path);
  }
  await chmod(path, 0o400);
  await chown(path, uid, gid);
}
