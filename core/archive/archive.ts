// The received objects as a service for plugins: search, and read; both with an entry in the journal.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import {
  type Archive,
  type ArchivedInstance,
  type ArchiveQuery,
  ArchiveTooSlow,
  type Found,
  type FoundInstance,
  type FoundSeries,
  type FoundStudy,
  type RetrievalKind,
  type RetrievalTarget,
} from "@thalamus/sdk";
import type { FileTrees } from "../files/file-trees.ts";
import type { ImageReader } from "../images/image-reader.ts";
import type { AccessJournal } from "./access-journal.ts";
import {
  type Counted,
  findInstances,
  findSeries,
  findStudies,
  instancesUnder,
  studiesByUid,
} from "./archive-queries.ts";
import { archivedInstance, foundStudy, type InstanceSight } from "./archive-rows.ts";

/** A search that takes longer is given up: it must not keep senders waiting for the database. */
const LONGEST_SEARCH_MS = 10_000;
/** SQLSTATE query_canceled. */
const CANCELLED = "57014";

export interface ArchiveParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly access: AccessJournal;
  /** Makes pictures. */
  readonly images: Pick<ImageReader, "do">;
  readonly longestSearchMs?: number;
}

export class ReceivedArchive implements Archive {
  readonly #parts: ArchiveParts;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
  }

  async studies(query: ArchiveQuery, reader: string): Promise<Found<FoundStudy>> {
    const rows = await this.#search((em) => findStudies(em, query));
    const found = { page: rows.map(foundStudy), beyond: beyond(rows, query) };
    await this.#searched("studies", query, reader, found, found.page);
    return found;
  }

  async series(query: ArchiveQuery, reader: string): Promise<Found<FoundSeries>> {
    const { rows, studies } = await this.#withStudies(findSeries, query);
    const page = rows.map((row) => ({
      study: studies.get(row.study_instance_uid)!,
      seriesInstanceUid: row.series_instance_uid,
      modality: row.modality,
      instanceCount: row.instances,
      sample: this.#instance(row),
    }));
    const found = { page, beyond: beyond(rows, query) };
    await this.#searched("series", query, reader, found, [...studies.values()]);
    return found;
  }

  async instances(query: ArchiveQuery, reader: string): Promise<Found<FoundInstance>> {
    const { rows, studies } = await this.#withStudies(findInstances, query);
    const page = rows.map((row) => ({
      study: studies.get(row.study_instance_uid)!,
      instance: this.#instance(row),
    }));
    const found = { page, beyond: beyond(rows, query) };
    await this.#searched("instances", query, reader, found, [...studies.values()]);
    return found;
  }

  async retrieve(
    target: RetrievalTarget,
    kind: RetrievalKind,
    reader: string,
  ): Promise<readonly ArchivedInstance[]> {
    const rows = await instancesUnder(this.#parts.orm.em.fork(), target);
    // a study with parts has a story for each of them
    for (const studyId of new Set(rows.map((row) => row.study_id))) {
      const instances = rows.filter((row) => row.study_id === studyId).length;
      await this.#parts.access.note({
        event: "archive.retrieved",
        actor: reader,
        studyId,
        detail: { kind },
        counts: { instances },
      });
    }
    return rows.map((row) => this.#instance(row));
  }

  #instance(row: InstanceSight): ArchivedInstance {
    return archivedInstance(row, this.#parts.trees.received, this.#parts.images);
  }

  /** The names of the keys are told, never what was looked for. */
  #searched(
    level: string,
    { conditions }: ArchiveQuery,
    reader: string,
    found: Found<unknown>,
    studies: readonly FoundStudy[],
  ): Promise<void> {
    const keys = conditions.map(({ key }) => key).sort();
    const only = studies.length === 1 && keys.includes("studyInstanceUid") ? studies[0] : undefined;
    return this.#parts.access.note({
      event: "archive.searched",
      actor: reader,
      ...(only ? { studyId: only.id } : {}),
      detail: { level, keys },
      counts: { found: found.page.length },
    });
  }

  async #withStudies<T extends { readonly study_instance_uid: string }>(
    find: (em: EntityManager, query: ArchiveQuery) => Promise<Counted<T>[]>,
    query: ArchiveQuery,
  ): Promise<{ rows: Counted<T>[]; studies: Map<string, FoundStudy> }> {
    return this.#search(async (em) => {
      const rows = await find(em, query);
      const uids = [...new Set(rows.map((row) => row.study_instance_uid))];
      const studies = await studiesByUid(em, uids);
      return { rows, studies: new Map(studies.map((row) => [row.study_instance_uid, foundStudy(row)])) };
    });
  }

  async #search<T>(search: (em: EntityManager) => Promise<T>): Promise<T> {
    const { orm, longestSearchMs = LONGEST_SEARCH_MS } = this.#parts;
    try {
      return await orm.em.fork().transactional(async (em) => {
        await em.execute(`set local statement_timeout = ${longestSearchMs}`);
        return search(em);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === CANCELLED) {
        throw new ArchiveTooSlow(`the search took longer than ${longestSearchMs / 1000} s`);
      }
      throw error;
    }
  }
}

/** Beyond the last page nothing tells how many there are. */
function beyond(rows: readonly { readonly total: number }[], { offset }: ArchiveQuery): number {
  const total = rows[0]?.total ?? 0;
  return Math.max(0, total - offset - rows.length);
}
