// Makes renames durable: one fsync of a folder serves everybody who waits for it.
import { close, fstatSync, fsync, open } from "node:fs";
import { promisify } from "node:util";

const openFolder = promisify(open);
const flush = promisify(fsync);
const closeFolder = promisify(close);

interface Running {
  current: Promise<void>;
  next: Promise<void> | undefined;
}

const running = new Map<string, Running>();

/**
 * Resolves when every rename into `folder` that was done before the call is on the disk.
 * Callers that come while a flush runs share the one after it.
 */
export function flushFolder(folder: string): Promise<void> {
  const busy = running.get(folder);
  if (busy) {
    busy.next ??= busy.current.catch(() => undefined).then(() => start(folder));
    return busy.next;
  }
  return start(folder);
}

function start(folder: string): Promise<void> {
  const entry: Running = { current: fsyncOf(folder), next: undefined };
  running.set(folder, entry);
  const done = () => {
    if (running.get(folder) === entry && entry.next === undefined) running.delete(folder);
  };
  entry.current.then(done, done);
  return entry.current;
}

/** Folders that are flushed again and again stay open; the one that waited longest is closed first. */
const openFolders = new Map<string, number>();
const MOST_OPEN = 64;

async function fsyncOf(folder: string): Promise<void> {
  let descriptor = openFolders.get(folder);
  openFolders.delete(folder);
  // another hub may have removed the folder; one of the same name is another folder
  if (descriptor !== undefined && fstatSync(descriptor).nlink === 0) {
    await closeFolder(descriptor);
    descriptor = undefined;
  }
  descriptor ??= await openFolder(folder, "r");
  try {
    await flush(descriptor);
  } finally {
    await keepOpen(folder, descriptor);
  }
}

async function keepOpen(folder: string, descriptor: number): Promise<void> {
  openFolders.set(folder, descriptor);
  if (openFolders.size <= MOST_OPEN) return;
  const [oldest, old] = openFolders.entries().next().value!;
  openFolders.delete(oldest);
  await closeFolder(old);
}

/** A folder is about to be removed: a new one of the same name must be opened anew. */
export async function forgetFolder(folder: string): Promise<void> {
  const descriptor = openFolders.get(folder);
  openFolders.delete(folder);
  if (descriptor !== undefined) await closeFolder(descriptor);
}
