// Finds instances that have their file but perhaps no row, because a hub or its database died in between.
import { randomUUID } from "node:crypto";
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { MalformedDataset, TruncatedDataset } from "@thalamus/sdk/dicom";
import type { FileTrees } from "../files/file-trees.ts";
import type { HubLog } from "../observe/log.ts";
import type { Arrival, GroupCommit } from "./group-commit.ts";
import { BrokenFile, readKeptFile, removeEveryName } from "./kept-file.ts";
import { NIFTI_PART } from "./nifti-writer.ts";
import type { ProductTag } from "./product-tag.ts";

export interface RollForwardParts {
  readonly trees: FileTrees;
  readonly commit: Pick<GroupCommit, "add">;
  /** Ends an association in the database. */
  readonly endAssociation: (id: string) => Promise<void>;
  readonly log: HubLog;
  readonly productTag?: ProductTag | undefined;
}

/** Files that are read and recorded together. */
const AT_ONCE = 100;
/** SQLSTATE: data exceptions (class 22), which come again with the same data. */
const NEVER_STORABLE = /^22/;
/** What a file says of itself that was never whole on the disk. */
const BROKEN = [BrokenFile, MalformedDataset, TruncatedDataset] as const;

/**
 * A received file gets its final name as a second name (a hard link) and loses the first one, in the incoming
 * tree, only after its row is committed. So whatever a crash left between file and row still has both names,
 * and finding it costs a look at the few files that were in flight, however many millions are kept.
 *
 * Such an instance was complete and checked before it got its final name. When it still is, it is put on record
 * as if it had just come: removing it would be a race, since a sender may be sending the same object to another
 * hub, which counts on the file. After a power cut its bytes may be gone; then both names go, and nobody had
 * been told that it is here.
 */
export class RollForward {
  readonly #parts: RollForwardParts;

  constructor(parts: RollForwardParts) {
    this.#parts = parts;
  }

  /**
   * @param olderThanMs leaves out what got its final name more recently: a live hub is about to record it
   * @returns how many instances are on record now
   * @throws Error when the database does not take them; they stay for the next time
   */
  async of(hubId: string, olderThanMs = 0): Promise<number> {
    const folder = join(this.#parts.trees.incoming, hubId);
    const names = await readdir(folder).catch(() => []);
    let instances = 0;
    // after an outage there may be thousands
    for (let from = 0; from < names.length; from += AT_ONCE) {
      const paths = names.slice(from, from + AT_ONCE).map((name) => join(folder, name));
      instances += await this.#recordTogether(await inFlight(paths, olderThanMs));
    }
    if (instances > 0) this.#parts.log.warn("intake.rolled-forward", { hub: hubId, instances });
    return instances;
  }

  /** One transaction serves all of them, and so does one association. */
  async #recordTogether(files: readonly string[]): Promise<number> {
    if (files.length === 0) return 0;
    const associationId = randomUUID();
    const ends = await Promise.allSettled(files.map((file) => this.#record(file, associationId)));
    await this.#parts.endAssociation(associationId);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    return ends.length;
  }

  async #record(file: string, associationId: string): Promise<void> {
    // its upload is still there, and brings it once more
    if (file.endsWith(NIFTI_PART)) return unlink(file);
    const { trees, productTag } = this.#parts;
    const place = { received: trees.received, associationId, productTag };
    const arrival = await readKeptFile(file, place).catch((error) => this.#broken(file, error));
    if (!arrival) return;
    await this.#parts.commit.add(arrival).catch((error) => this.#giveUpUnlessPassing(arrival, error));
    await unlink(file).catch(() => undefined);
  }

  /** A broken disk must not keep the studies of all others open. */
  async #broken(file: string, error: NodeJS.ErrnoException): Promise<undefined> {
    const { log, trees } = this.#parts;
    if (!BROKEN.some((kind) => error instanceof kind)) {
      log.error("intake.unreadable", { error: error.code ?? error.name });
      return;
    }
    // the power failed before its bytes were on the disk: nobody was told that it is here
    await removeEveryName(file, trees.received);
    log.warn("intake.broken-removed", { error: error.name });
  }

  /** What the tables can never hold has no row on any hub, so that its file can go. */
  async #giveUpUnlessPassing(arrival: Arrival, error: unknown): Promise<void> {
    if (!NEVER_STORABLE.test(String((error as { code?: unknown }).code))) throw error;
    await unlink(join(this.#parts.trees.received, arrival.path));
  }
}

/** Those that have their final name, too; with one name only a file is not whole, or on record already. */
async function inFlight(paths: readonly string[], olderThanMs: number): Promise<string[]> {
  const sights = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return paths.filter((_, index) => {
    const sight = sights[index];
    return sight !== undefined && sight.nlink > 1 && Date.now() - sight.ctimeMs >= olderThanMs;
  });
}
