// Finds instances that have their file but no row, because a hub or its database died in between.
import { randomUUID } from "node:crypto";
import { statSync, unlinkSync } from "node:fs";
import { open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import { MalformedDataset, TruncatedDataset } from "@thalamus/sdk/dicom";
import type { FileTrees } from "../files/file-trees.ts";
import type { HubLog } from "../observe/log.ts";
import type { FlushHorizon } from "./flush-horizon.ts";
import { type FolderMarks, OWNED } from "./folder-marks.ts";
import type { Arrival, GroupCommit } from "./group-commit.ts";
import { BrokenFile, readKeptFile } from "./kept-file.ts";
import type { ProductTag } from "./product-tag.ts";

export interface RollForwardParts {
  /** This hub. */
  readonly hubId: string;
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly marks: FolderMarks;
  readonly commit: Pick<GroupCommit, "add">;
  readonly horizon: Pick<FlushHorizon, "flushed">;
  /** Ends an association in the database. */
  readonly endAssociation: (id: string) => Promise<void>;
  readonly log: HubLog;
  readonly productTag?: ProductTag | undefined;
}

/** A study folder, by the name of its mark. */
const MARK = /^[0-9a-f]{32}$/;
const DICOM_FILE = ".dcm";
/** Files that are read and recorded together. */
const AT_ONCE = 100;
/** SQLSTATE: data exceptions (class 22), which come again with the same data. */
const NEVER_STORABLE = /^22/;
/** What a file says of itself that was never whole on the disk. */
const BROKEN = [BrokenFile, MalformedDataset, TruncatedDataset] as const;

/**
 * A hub marks the study folders it writes to. What is there without a row was complete and checked before it got its
 * name, and when it still is, it is put on record as if it had just come: removing it would be a race, since a sender
 * may be sending the same object to another hub, which counts on the file. After a power cut its bytes may be gone;
 * then it is removed, and nobody had been told that it is here. Files of NIfTI studies and of cloud orders are left
 * alone: their upload is still there and brings them once more.
 */
export class RollForward {
  readonly #parts: RollForwardParts;

  constructor(parts: RollForwardParts) {
    this.#parts = parts;
  }

  /**
   * Looks into every folder that a dead hub has marked.
   * @param dead hubs whose marks mean nothing any more
   * @returns false when a folder has to be looked at again, because a hub that lives is writing to it, too
   * @throws Error when the database does not take them; they stay for the next time
   */
  async of(hubId: string, dead: ReadonlySet<string>): Promise<boolean> {
    const { trees, log } = this.#parts;
    const marks = (await namesIn(join(trees.incoming, hubId))).filter((name) => MARK.test(name));
    const ends: End[] = [];
    for (const mark of marks) {
      const found = await this.#lookInto(mark, join(trees.incoming, hubId, mark), dead);
      if (!found.includes("kept")) await unlink(join(trees.incoming, hubId, mark));
      ends.push(...found);
    }
    const instances = ends.filter((end) => end === "recorded").length;
    if (instances > 0) log.warn("intake.rolled-forward", { hub: hubId, instances });
    return !ends.includes("kept");
  }

  /** Tries again what this hub itself could not put on record, because its database was away. */
  async own(): Promise<void> {
    await this.#parts.marks.renew();
    const unrecorded = this.#parts.marks.unrecorded();
    const comesAgain = ({ path, owner }: { path: string; owner: string }) =>
      owner !== "" || !path.endsWith(DICOM_FILE);
    for (const one of unrecorded) {
      // its upload is still there, and brings it once more
      if (comesAgain(one)) this.#parts.marks.settled(one.folder, one.path);
    }
    const left = unrecorded.filter((one) => !comesAgain(one));
    for (let from = 0; from < left.length; from += AT_ONCE) {
      const some = left.slice(from, from + AT_ONCE);
      const paths = some.map(({ path }) => path);
      await this.#recordTogether(paths, false);
      for (const { folder, path } of some) this.#parts.marks.settled(folder, path);
    }
    if (left.length > 0) this.#parts.log.warn("intake.rolled-forward", { instances: left.length });
  }

  async #lookInto(mark: string, markPath: string, dead: ReadonlySet<string>): Promise<End[]> {
    const folder = join(mark.slice(0, 2), mark);
    const paths = await this.#withoutRow(folder, markPath);
    // every hub that lives looks here: a mark that only lingers would keep from the others what is torn
    if (paths.length > 0) this.#parts.marks.drop(join(this.#parts.trees.received, folder));
    const keepBroken = paths.length > 0 && (await this.#isMarkedByAnother(mark, dead));
    const ends: End[] = [];
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      ends.push(...(await this.#recordTogether(paths.slice(from, from + AT_ONCE), keepBroken)));
    }
    return ends;
  }

  /** One transaction serves all of them, and so does one association. */
  async #recordTogether(paths: readonly string[], keepBroken: boolean): Promise<End[]> {
    const associationId = randomUUID();
    const ends = await Promise.allSettled(paths.map((path) => this.#record(path, associationId, keepBroken)));
    await this.#parts.endAssociation(associationId);
    return ends.map((end) => {
      if (end.status === "rejected") throw end.reason;
      return end.value;
    });
  }

  async #record(path: string, associationId: string, keepBroken: boolean): Promise<End> {
    const { trees, commit, horizon, log } = this.#parts;
    const whole = join(trees.received, path);
    // as long as it is open no other file can have its number
    await using file = await open(whole, "r").catch((error: Error) => this.#unreadable(error));
    if (!file) return "gone";
    const { productTag } = this.#parts;
    let arrival: Arrival;
    try {
      arrival = await readKeptFile(path, { received: trees.received, associationId, productTag });
    } catch (error) {
      if (!BROKEN.some((kind) => error instanceof kind)) {
        this.#unreadable(error as Error);
        return "gone";
      }
      if (keepBroken || !unlinkIfStill(whole, (await file.stat()).ino)) return "kept";
      log.warn("intake.broken-removed", { error: (error as Error).name });
      return "gone";
    }
    try {
      const { row } = await commit.add(arrival);
      if (row !== undefined) horizon.flushed(row);
      return "recorded";
    } catch (error) {
      if (!NEVER_STORABLE.test(String((error as { code?: unknown }).code))) throw error;
      // what the tables can never hold has no row on any hub
      await unlink(whole);
      return "gone";
    }
  }

  /** A broken disk must not keep the studies of all others open. */
  #unreadable(error: NodeJS.ErrnoException): undefined {
    this.#parts.log.error("intake.unreadable", { error: error.code ?? "unknown" });
  }

  /** @returns paths relative to the tree of received files */
  async #withoutRow(folder: string, markPath: string): Promise<string[]> {
    const { trees, orm } = this.#parts;
    const studyInstanceUid = await readFile(markPath, "utf8");
    // the power failed before the mark was whole, and so before anything was written to the folder
    if (studyInstanceUid === "" || studyInstanceUid === OWNED) return [];
    const files = (await namesIn(join(trees.received, folder))).filter((name) => name.endsWith(DICOM_FILE));
    // rows after files: an instance that is put on record in between is not taken for one without a row
    const rows = await orm.em
      .fork()
      .execute<{ path: string }[]>(
        "select path from instance i join study s on s.id = i.study_id where s.study_instance_uid = ? and s.owner = ''",
        [studyInstanceUid],
      );
    const recorded = new Set(rows.map(({ path }) => path));
    return files.map((name) => join(folder, name)).filter((path) => !recorded.has(path));
  }

  /**
   * What another hub that lives has just begun to write looks broken and is not. This hub creates and writes a file
   * without letting anything else run in between, so that nothing here ever sees half of one.
   */
  async #isMarkedByAnother(mark: string, dead: ReadonlySet<string>): Promise<boolean> {
    const { hubId, trees } = this.#parts;
    const { incoming } = trees;
    const others = (await readdir(incoming)).filter((hub) => hub !== hubId && !dead.has(hub));
    const marked = await Promise.all(
      others.map((hub) => stat(join(incoming, hub, mark)).catch(() => undefined)),
    );
    return marked.some((sight) => sight !== undefined);
  }
}

/** `kept`: it looks broken, and a hub that lives may be writing it, or has just put another in its place. */
type End = "recorded" | "gone" | "kept";

/**
 * In one go: whoever finds a torn file under the name of its own puts a whole one in its place.
 * @returns false when the name is another file's by now
 */
function unlinkIfStill(path: string, inode: number): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.ino !== inode) return false;
  unlinkSync(path);
  return true;
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
