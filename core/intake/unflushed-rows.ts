// Holds rows against their files when a hub died, or a disk failed, between the commit of the row and the flush of the file.
import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { FileTrees } from "../files/file-trees.ts";
import { journal } from "../observe/journal.ts";
import type { HubLog } from "../observe/log.ts";
import { isDurableCopy } from "./kept-file.ts";

export interface UnflushedParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly log: HubLog;
}

interface RowSight {
  readonly id: string;
  readonly study_id: string;
  readonly path: string;
  readonly sha256: string;
}

/** Which file has a name: the number of one that is gone may be given to the next, but not its time. */
interface FileSight {
  readonly inode: bigint;
  readonly born: bigint;
}

/** A row whose file is missing, or is not what the row says. */
interface BrokenRow extends RowSight {
  readonly file: FileSight | undefined;
}

/** Files that are read together. */
const AT_ONCE = 8;

/**
 * Nobody was told that such an instance is here, since the answer waits for row and file. When its file is whole all
 * the same, which it is unless the power failed, it is flushed now and stays.
 */
export class UnflushedRows {
  readonly #parts: UnflushedParts;

  constructor(parts: UnflushedParts) {
    this.#parts = parts;
  }

  /**
   * Looks at every row a hub recorded since it last said that its files are on the disk.
   * @param isDead asked once more before anything is taken back
   * @returns how many rows were taken back
   */
  async of(hubId: string, isDead: () => Promise<boolean>): Promise<number> {
    const rows = await this.#parts.orm.em.fork().execute<RowSight[]>(
      `select i.id, i.study_id, i.path, i.sha256 from instance i
        where i.hub_id = ? and i.id > (select coalesce(max(flushed_row), 0) from hub_process where id = ?)
        order by i.id`,
      [hubId, hubId],
    );
    const broken: BrokenRow[] = [];
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      const sights = await Promise.all(rows.slice(from, from + AT_ONCE).map((row) => this.#look(row)));
      for (const sight of sights) if (typeof sight !== "string") broken.push(sight);
    }
    if (broken.length === 0 || !(await isDead())) return 0;
    for (const row of broken) await this.#withdraw(row);
    this.#parts.log.warn("intake.rows-withdrawn", { hub: hubId, instances: broken.length });
    return broken.length;
  }

  /**
   * A file could not be flushed: its row goes unless the file is whole. Never rejects.
   * @returns false when nobody can tell: then it is looked at again when this hub is found dead
   */
  async one(row: number): Promise<boolean> {
    try {
      const [found] = await this.#parts.orm.em
        .fork()
        .execute<RowSight[]>("select id, study_id, path, sha256 from instance where id = ?", [row]);
      const sight = found ? await this.#look(found) : "whole";
      if (typeof sight === "string") return sight === "whole";
      await this.#withdraw(sight);
      return true;
    } catch (error) {
      this.#parts.log.error("intake.row-not-withdrawn", { error: (error as Error).name });
      return false;
    }
  }

  /** `whole`: then its file is on the disk, too. */
  async #look(row: RowSight): Promise<BrokenRow | "whole" | "unreadable"> {
    const path = join(this.#parts.trees.received, row.path);
    const file = await sightOf(path);
    try {
      const whole = file !== undefined && (await isDurableCopy(path, row.sha256));
      return whole ? "whole" : { ...row, file };
    } catch (error) {
      // it may be whole; nothing is thrown away because a disk cannot be read
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      this.#parts.log.error("intake.unreadable", { error: code });
      return "unreadable";
    }
  }

  async #withdraw({ file, ...row }: BrokenRow): Promise<void> {
    await this.#parts.orm.em.fork().transactional((em) => withdraw(em, row));
    const path = join(this.#parts.trees.received, row.path);
    // another sender may have brought it again meanwhile: then the name is another file's
    const now = await sightOf(path);
    if (now && now.inode === file?.inode && now.born === file.born) await unlink(path);
  }
}

/** Undefined when there is none. */
async function sightOf(path: string): Promise<FileSight | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && { inode: found.ino, born: found.birthtimeNs };
}

/** Takes the row of an instance away, and the study with it when it was the only one. */
async function withdraw(em: EntityManager, { id, study_id: studyId }: RowSight): Promise<void> {
  await em.execute("select 1 from study where id = ? for update", [studyId]);
  await em.execute("delete from instance where id = ?", [id]);
  const [left] = await em.execute<{ n: number }[]>(
    `update study s set instance_count = c.n, bytes = c.b
       from (select count(*)::int n, coalesce(sum(bytes), 0) b from instance where study_id = ?) c
      where s.id = ? returning c.n`,
    [studyId, studyId],
  );
  if (left?.n === 0) {
    const empty = "delete from study where id = ? and status = 'receiving' and revision = 1";
    await em.execute(empty, [studyId]);
  }
  await journal(em, {
    event: "instance.withdrawn",
    studyId,
    detail: { reason: "its file was not on the disk" },
  });
}
