// The images of a study for people to look at: pictures of their frames, what series hold, and their elements.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { RenderedFrame, RenderOptions } from "@thalamus/sdk/dicom/picture";
import type { AccessJournal } from "../archive/access-journal.ts";
import { Study } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { pathFor } from "../files/reader.ts";
import { journal } from "../observe/journal.ts";
import { identityOfStudy } from "../studies/study-identity.ts";
import type { ElementList } from "./element-list.ts";
import type { ImageFacts } from "./image-facts.ts";
import { findImage, type ImageRow, imagesOfSeries } from "./image-queries.ts";
import type { ImageReader } from "./image-reader.ts";
import { patientWords } from "./open-elements.ts";

export interface StudyImagesParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly access: AccessJournal;
  readonly reader: ImageReader;
}

/** An image of a series; its id is that of its row. */
export type SeriesImage = Omit<ImageFacts, "series"> & { readonly id: string };

export interface SeriesContent {
  /** SeriesNumber (0020,0011) */
  readonly number: number | null;
  readonly images: SeriesImage[];
  readonly unreadable: number;
}

/** Who looks, and until when he waits. */
export interface Look {
  readonly by: string;
  readonly signal: AbortSignal;
}

/** So many headers are read in one piece of work, so that pictures come between them. */
const AT_ONCE = 50;
/** Within it, small pictures of a study that one person sees are one look. */
const THUMBNAILS_MS = 15 * 60_000;
/** So many names of elements stand in a line of the journal. */
const MOST_NAMED = 30;

/** Undefined instead of what is not there. */
export class StudyImages {
  readonly #parts: StudyImagesParts;

  constructor(parts: StudyImagesParts) {
    this.#parts = parts;
  }

  async frame(
    studyId: string,
    image: string,
    options: RenderOptions,
    look: Look,
  ): Promise<RenderedFrame | undefined> {
    const row = await findImage(this.#em(), studyId, image);
    return row && this.#picture(studyId, row, options, look, "frames");
  }

  /** The middle of a series, which shows more than its edge. */
  async thumbnail(
    studyId: string,
    series: string,
    size: number,
    look: Look,
  ): Promise<RenderedFrame | undefined> {
    const rows = await imagesOfSeries(this.#em(), studyId, series);
    const row = rows[Math.floor(rows.length / 2)];
    const options = { frame: "middle", size, window: "stored", format: "jpeg" } as const;
    return row && this.#picture(studyId, row, options, look, "thumbnails");
  }

  async series(studyId: string, series: string, signal: AbortSignal): Promise<SeriesContent | undefined> {
    const rows = await imagesOfSeries(this.#em(), studyId, series);
    if (rows.length === 0) return undefined;
    const facts: (ImageFacts | null)[] = [];
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const paths = rows.slice(at, at + AT_ONCE).map((row) => this.#pathOf(row));
      facts.push(...(await this.#parts.reader.do("facts", { paths }, signal)));
    }
    const images = rows.flatMap(({ id }, index) => {
      const found = facts[index];
      if (!found) return [];
      const { number, frames, rows: height, columns } = found;
      return [{ id, number, frames, rows: height, columns }];
    });
    const unreadable = rows.length - images.length;
    images.sort((one, other) => (one.number ?? Number.MAX_VALUE) - (other.number ?? Number.MAX_VALUE));
    return { number: facts.find((one) => one !== null)?.series ?? null, images, unreadable };
  }

  elements(studyId: string, image: string, signal: AbortSignal): Promise<ElementList | undefined> {
    return this.#elements(this.#em(), studyId, image, [], signal);
  }

  /**
   * Values by the paths of their elements; who asked for what is journalled before they are read.
   */
  async reveal(
    studyId: string,
    image: string,
    paths: readonly string[],
    { by, signal }: Look,
    why: { readonly reason?: string } = {},
  ): Promise<Record<string, string> | undefined> {
    const em = this.#em();
    const there = await findImage(em, studyId, image);
    if (!there) return undefined;
    const detail = { fields: paths.slice(0, MOST_NAMED), elements: paths.length, image, ...why };
    await journal(em, { event: "phi.revealed", studyId, actor: by, detail });
    const list = await this.#elements(em, studyId, image, paths, signal);
    const wanted = new Set(paths);
    const found = list?.elements.filter(({ path }) => wanted.has(path)) ?? [];
    return Object.fromEntries(found.map(({ path, value }) => [path, value ?? ""]));
  }

  async #elements(
    em: EntityManager,
    studyId: string,
    image: string,
    revealed: readonly string[],
    signal: AbortSignal,
  ): Promise<ElementList | undefined> {
    const row = await findImage(em, studyId, image);
    const study = row && (await em.findOne(Study, studyId));
    if (!row || !study) return undefined;
    // a sex or an age is no word that stands for a patient
    const { patientSex: _sex, patientAge: _age, ...identity } = identityOfStudy(study);
    const patient = patientWords([...Object.values(identity), study.studyName]);
    return this.#parts.reader.do("elements", { path: this.#pathOf(row), patient, revealed }, signal);
  }

  /** What cannot be journalled is not shown. */
  async #picture(
    studyId: string,
    row: ImageRow,
    options: RenderOptions,
    { by, signal }: Look,
    kind: "frames" | "thumbnails",
  ): Promise<RenderedFrame> {
    const work = { path: this.#pathOf(row), options };
    const event = { event: "images.viewed", actor: by, studyId, detail: { kind }, counts: { frames: 1 } };
    // the summary of a study shows a small picture whenever it is opened
    await this.#parts.access.note(kind === "thumbnails" ? { ...event, onceIn: THUMBNAILS_MS } : event);
    return this.#parts.reader.do("render", work, signal);
  }

  #pathOf({ path }: ImageRow): string {
    return pathFor("inside", this.#parts.trees, "received", path);
  }

  #em(): EntityManager {
    return this.#parts.orm.em.fork();
  }
}
