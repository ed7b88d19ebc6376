// Room on the file system of the data folder: looked at every second, and kept account of in between.
import { statfs } from "node:fs/promises";
import { SpaceAccount, type SpaceMarks, type SpaceState } from "./space-account.ts";

const LOOK_MS = 1000;

/** How the disk is, for screens and programs. */
export interface DiskSight {
  readonly state: SpaceState;
  readonly freeBytes: number;
  readonly warnBelowBytes: number;
  readonly refuseBelowBytes: number;
  /** What is full, what happens next and what to do; empty while there is room. */
  readonly message: string;
}

export interface SpaceParts {
  readonly folder: string;
  readonly marks: SpaceMarks;
  /** Called once for each crossing of a mark. */
  readonly moved?: (sight: DiskSight, before: SpaceState) => void;
}

export class FreeSpace {
  readonly account: SpaceAccount;
  readonly #folder: string;
  #bytes = Number.POSITIVE_INFINITY;
  #looking: Promise<number> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ folder, marks, moved }: SpaceParts) {
    this.#folder = folder;
    this.account = new SpaceAccount(marks, (_state, before) => moved?.(this.sight(), before));
  }

  /** Looks once, then every second until `stop`. */
  async start(): Promise<void> {
    await this.measure();
    // a disk that does not answer is told by whoever writes to it
    this.#timer = setInterval(() => void this.measure().catch(() => undefined), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Bytes that are free for the hub's user, as the file system says now. */
  measure(): Promise<number> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  sight(): DiskSight {
    const { state, marks } = this.account;
    return {
      state,
      freeBytes: this.#bytes,
      warnBelowBytes: marks.warnBelow,
      refuseBelowBytes: marks.keepFree,
      message: this.#message(),
    };
  }

  async #look(): Promise<number> {
    const before = this.account.beginLook();
    const { bavail, bsize } = await statfs(this.#folder);
    this.#bytes = bavail * bsize;
    this.account.endLook(this.#bytes, before);
    return this.#bytes;
  }

  #message(): string {
    const { state, marks, resumesAt } = this.account;
    const disk = `The disk with the data folder (${this.#folder}) has ${words(this.#bytes)} free`;
    switch (state) {
      case "ample":
        return "";
      case "low":
        return (
          `${disk}. Receiving goes on; below ${words(marks.keepFree)} senders are told ` +
          "to try again later (0xA700). Make room or enlarge the disk."
        );
      case "full":
        return (
          `${disk}, and ${words(marks.keepFree)} are kept. Senders are told to try again later ` +
          "(0xA700); nothing that was acknowledged is lost. Make room or enlarge the disk: from " +
          `${words(resumesAt)} on receiving goes on by itself.`
        );
    }
  }
}

function words(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return megabytes < 1000 ? `${megabytes.toFixed(0)} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}
