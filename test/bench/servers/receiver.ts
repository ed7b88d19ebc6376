// A server that takes C-STORE, as the bench sees it.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export interface ReceiverKind {
  readonly name: string;
  /** What is on the disk when it answers success. */
  readonly durability: string;
  /** Why it cannot be measured on this machine; undefined when it can. */
  missing(): string | undefined;
  start(place: ReceiverPlace): Promise<Receiver>;
}

export interface ReceiverPlace {
  /** Its own, empty; everything it writes is to go there. */
  readonly folder: string;
  /** For programs that the bench makes itself; the same for all. */
  readonly programs: string;
  readonly profileFolder: string | undefined;
}

export interface Receiver extends AsyncDisposable {
  /** The main process. */
  readonly pid: number;
  /** Further ones that are not its children. */
  readonly others?: readonly number[];
  readonly port: number;
  readonly calledAe: string;
  /** The 99th percentile of its event loop's delay since the last call, in milliseconds; where there is one. */
  loopDelay?(): Promise<number>;
  /** Compares what it has with what it was sent. @returns what is wrong */
  check(sent: Sent): Promise<string | undefined>;
}

/** Everything a server was sent since it started. */
export interface Sent {
  readonly objects: number;
  /** Of all data sets, without file meta information. */
  readonly bytes: number;
}

/** Preamble and file meta information have about 350 bytes. */
const MOST_META_BYTES = 1024;

/** Looks whether a folder holds each object once and whole. @returns what is wrong */
export function checkFiles(folder: string, sent: Sent, suffix = ""): string | undefined {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(suffix),
  );
  if (files.length !== sent.objects) return `${files.length} files of ${sent.objects} objects`;
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  if (bytes >= sent.bytes && bytes <= sent.bytes + sent.objects * MOST_META_BYTES) return undefined;
  return `${bytes} bytes in files, ${sent.bytes} were sent`;
}
