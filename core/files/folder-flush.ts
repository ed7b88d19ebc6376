// Makes renames durable: one fsync of a folder serves everybody who waits for it.
import { close, fsync, open } from "node:fs";
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

async function fsyncOf(folder: string): Promise<void> {
  const descriptor = await openFolder(folder, "r");
  try {
    await flush(descriptor);
  } finally {
    await closeFolder(descriptor);
  }
}
