// The rows of uploads: every move between states, with its line in the journal and its news for screens.
import { randomUUID } from "node:crypto";
import { raw } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { NO_COUNTS, Upload, type UploadCounts, type UploadRow } from "../database/entities/upload.ts";
import { announce } from "../observe/changes.ts";
import { journal } from "../observe/journal.ts";
import type { PatientValues } from "./patient-values.ts";
import type { UploadProblem } from "./upload-problem.ts";
import { statesBefore, type UploadState } from "./upload-state.ts";

export interface NewUpload {
  readonly accountId: string;
  readonly actor: string;
  readonly remoteAddress: string;
  readonly values: PatientValues;
  readonly products: readonly string[];
  readonly sha256?: string | undefined;
  readonly groupId?: string | undefined;
  readonly studyArchives?: boolean | undefined;
}

/** How taking in ended. */
export interface UploadEnd {
  readonly state: "done" | "failed";
  readonly code?: string;
  readonly message?: string;
  readonly unpackedBytes: number;
  readonly counts: UploadCounts;
  readonly problems: readonly UploadProblem[];
  readonly studyIds: readonly string[];
}

type Columns = Partial<Record<keyof UploadRow, unknown>>;

/** Nobody needs them any more: the studies have what counts. */
const NO_VALUES = { studyName: "", accessionNumber: "", patientAge: "", patientSex: "" };
const now = () => raw("now()");

export class UploadStore {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  async create(upload: NewUpload): Promise<UploadRow> {
    const id = randomUUID();
    await this.#orm.em.fork().transactional(async (em) => {
      await em.insert(Upload, {
        id,
        account: upload.accountId,
        remoteAddress: upload.remoteAddress,
        products: [...upload.products],
        expectedSha256: upload.sha256 ?? null,
        counts: NO_COUNTS,
        groupId: upload.groupId ?? null,
        studyArchives: upload.studyArchives ?? false,
        ...upload.values,
      });
      const { groupId } = upload;
      const detail = {
        upload: id,
        ...(groupId ? { group: groupId } : {}),
        values: Object.keys(upload.values),
      };
      await journal(em, { event: "upload.created", actor: upload.actor, detail });
      await announce(em, { resource: "upload", id, kind: "created", patch: { state: "created" } });
    });
    return (await this.find(id))!;
  }

  find(id: string): Promise<UploadRow | null> {
    return this.#orm.em.fork().findOne(Upload, id, { populate: ["account"] });
  }

  async list(page: number, perPage: number): Promise<{ rows: UploadRow[]; total: number }> {
    const [rows, total] = await this.#orm.em.fork().findAndCount(
      Upload,
      {},
      {
        populate: ["account"],
        orderBy: [{ createdAt: "DESC" }, { id: "ASC" }],
        limit: perPage,
        offset: (page - 1) * perPage,
      },
    );
    return { rows, total };
  }

  inState(state: UploadState): Promise<UploadRow[]> {
    return this.#orm.em
      .fork()
      .find(Upload, { state }, { orderBy: { updatedAt: "ASC" }, populate: ["account"] });
  }

  unfinishedOf(accountId: string): Promise<number> {
    return this.#orm.em.fork().count(Upload, { account: accountId, state: ["created", "receiving"] });
  }

  /** Bytes that were promised to uploads and are still to come. */
  async promisedBytes(): Promise<number> {
    const [row] = await this.#orm.em
      .fork()
      .execute<{ bytes: string }[]>(
        `select coalesce(sum(bytes - received_bytes), 0) as bytes from upload where state = 'receiving'`,
      );
    return Number(row?.bytes ?? 0);
  }

  /** The transfer begins. @returns false when the upload is not there or has begun before */
  begin(id: string, bytes: number, sha256: string | undefined): Promise<boolean> {
    const hash = sha256 === undefined ? {} : { expectedSha256: sha256 };
    return this.#move(id, "receiving", { bytes, ...hash });
  }

  /** All bytes are on the disk. */
  complete(row: UploadRow, hubId: string): Promise<boolean> {
    return this.#move(row.id, "unpacking", { hubId, receivedBytes: row.bytes });
  }

  /** Bytes came, which is a sign of life, too. */
  async seen(id: string, receivedBytes: number): Promise<void> {
    await this.#touch(id, "receiving", { receivedBytes }, { receivedBytes });
  }

  async progress(id: string, unpackedBytes: number, counts: UploadCounts): Promise<void> {
    const columns = { unpackedBytes, counts, code: null, message: null };
    await this.#touch(id, "unpacking", columns, { unpackedBytes, files: counts.files });
  }

  async found(id: string, columns: Pick<UploadRow, "format" | "sha256">): Promise<void> {
    await this.#touch(id, "unpacking", columns, {});
  }

  async waits(id: string, code: string, message: string): Promise<void> {
    await this.#touch(id, "unpacking", { code, message }, { code });
  }

  /** @returns false when another hub took it over meanwhile */
  end(id: string, hubId: string, end: UploadEnd): Promise<boolean> {
    const { state, code = null, message = null, unpackedBytes, counts, problems, studyIds } = end;
    const columns = {
      ...{ code, message, unpackedBytes, counts, problems: [...problems], studyIds: [...studyIds] },
      finishedAt: now(),
      ...NO_VALUES,
    };
    const detail = { counts, ...(code === null ? {} : { code }) };
    return this.#move(id, state, columns, { where: { hubId }, detail });
  }

  cancel(id: string, actor: string): Promise<boolean> {
    return this.#move(id, "cancelled", { finishedAt: now(), ...NO_VALUES }, { actor });
  }

  /** It never got all its bytes. */
  giveUp(id: string, code: string, message: string): Promise<boolean> {
    const columns = { code, message, finishedAt: now(), ...NO_VALUES };
    return this.#move(id, "failed", columns, {
      where: { state: ["created", "receiving"] },
      detail: { code },
    });
  }

  /** Unfinished ones without a sign of life. */
  silentFor(hours: number): Promise<UploadRow[]> {
    const updatedAt = { $lt: new Date(Date.now() - hours * 3_600_000) };
    return this.#orm.em.fork().find(Upload, { state: ["created", "receiving"], updatedAt });
  }

  /** Of these ids, the ones whose files are still needed. */
  async unfinishedAmong(ids: readonly string[]): Promise<Set<string>> {
    const state: UploadState[] = ["created", "receiving", "unpacking"];
    const rows = await this.#orm.em.fork().find(Upload, { id: [...ids], state }, { fields: ["id"] });
    return new Set(rows.map(({ id }) => id));
  }

  async #move(
    id: string,
    to: UploadState,
    columns: Columns,
    more: { where?: object; actor?: string; detail?: object } = {},
  ): Promise<boolean> {
    return await this.#orm.em.fork().transactional(async (em) => {
      const where = { id, state: statesBefore(to), ...more.where };
      const moved = await em.nativeUpdate(Upload, where, {
        ...columns,
        state: to,
        updatedAt: now(),
      } as object);
      if (moved === 0) return false;
      await journal(em, {
        event: `upload.${to}`,
        ...(more.actor === undefined ? {} : { actor: more.actor }),
        detail: { upload: id, ...more.detail },
      });
      await this.#tell(em, id, { state: to });
      return true;
    });
  }

  async #touch(
    id: string,
    state: UploadState,
    columns: Columns,
    patch: Record<string, string | number>,
  ): Promise<void> {
    await this.#orm.em.fork().transactional(async (em) => {
      const moved = await em.nativeUpdate(Upload, { id, state }, { ...columns, updatedAt: now() } as object);
      if (moved > 0) await this.#tell(em, id, patch);
    });
  }

  #tell(em: EntityManager, id: string, patch: Record<string, string | number>): Promise<void> {
    return announce(em, { resource: "upload", id, kind: "updated", patch });
  }
}
