// Shows what de-identification would do to a study, element by element, without keeping anything.
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { ElementPreview, StoredInstance } from "@thalamus/sdk";
import { Study, type StudyRow } from "../database/entities/study.ts";
import type { FileTrees } from "../files/file-trees.ts";
import { journal } from "../observe/journal.ts";
import type { LoadedPlugin, PluginRegistry } from "../plugins/plugin-registry.ts";
import { openScope, type Service } from "../plugins/plugin-scope.ts";
import { viewStudy } from "../steps/study-view.ts";

export interface PreviewParts {
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
  /** Names of the entries under route.deidentify. */
  readonly targets: readonly string[];
}

export interface PreviewRequest {
  readonly studyId: string;
  /** Place in the order of series and instance UID, from 1 on; without it the first of each series. */
  readonly instance?: number;
  /** Who wants to see the values; undefined leaves them out. */
  readonly revealFor?: string;
  /** Why; for the journal. */
  readonly reason?: string;
}

export interface PreviewedFile {
  readonly instance: number;
  readonly series: number;
  /** What it is: a DICOM object, or one of the files of a NIfTI volume. */
  readonly role: StoredInstance["role"];
  readonly modality: string;
  readonly elements: readonly PreviewedElement[];
}

export interface PreviewedElement extends Omit<ElementPreview, "before" | "after"> {
  /** Null when there is none, and always when values are not revealed. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface Preview {
  readonly transform: string;
  readonly revealed: boolean;
  readonly files: readonly PreviewedFile[];
  /** Series beyond those that are shown. */
  readonly moreSeries: number;
}

export type PreviewAnswer = Preview | "no-study" | "no-instance" | "no-transform";

/** So many series are shown at once; a person reads them. */
const MOST_SERIES = 20;

interface Placed {
  readonly stored: StoredInstance;
  readonly instance: number;
  readonly series: number;
}

export class DeidentificationPreview {
  readonly #parts: PreviewParts;

  constructor(parts: PreviewParts) {
    this.#parts = parts;
  }

  /** @param signal ends it; a plugin that fails throws */
  async of(request: PreviewRequest, signal: AbortSignal): Promise<PreviewAnswer> {
    const { orm, services } = this.#parts;
    const em = orm.em.fork();
    const row = await em.findOne(Study, request.studyId);
    if (!row) return "no-study";
    const transform = this.#transformFor(row);
    if (!transform?.plugin.preview) return "no-transform";
    const study = viewStudy({ ...this.#parts, reader: "inside" }, row, row.revision);
    const placed = place(await study.instances());
    const wanted = choose(placed, request.instance);
    if (wanted.length === 0) return "no-instance";
    const revealed = request.revealFor !== undefined;
    // before anything is shown: whoever asked is on record, whatever happens next
    if (revealed) await recordReveal(em, request, wanted);
    const { name, plugin, settings } = transform;
    const scope = openScope(name, plugin.needs, settings, services) as never;
    const files: PreviewedFile[] = [];
    for (const { stored, instance, series } of wanted.slice(0, MOST_SERIES)) {
      const elements = await plugin.preview!({ study, instance: stored }, scope, signal);
      signal.throwIfAborted();
      const shown = elements.map((element) => show(element, revealed));
      const { role, modality } = stored;
      files.push({ instance, series, role, modality, elements: shown });
    }
    const moreSeries = new Set(wanted.slice(MOST_SERIES).map(({ series }) => series)).size;
    return { transform: name, revealed, files, moreSeries };
  }

  #transformFor({ format }: StudyRow) {
    const { registry, targets } = this.#parts;
    const [target] = targets;
    const loaded: LoadedPlugin | undefined = target === undefined ? undefined : registry.get(target);
    if (loaded?.plugin.kind !== "transform" || !registry.formatsOf(loaded.name).includes(format))
      return undefined;
    return { ...loaded, plugin: loaded.plugin };
  }
}

function place(instances: readonly StoredInstance[]): Placed[] {
  const series = [...new Set(instances.map(({ seriesInstanceUid }) => seriesInstanceUid))];
  return instances.map((stored, index) => ({
    stored,
    instance: index + 1,
    series: series.indexOf(stored.seriesInstanceUid) + 1,
  }));
}

function choose(placed: readonly Placed[], instance: number | undefined): readonly Placed[] {
  if (instance !== undefined) return placed.filter((one) => one.instance === instance);
  // the files of a NIfTI image are few, and each is of another kind
  return placed.filter(
    ({ stored, series }, index) => stored.role !== "dicom" || series !== placed[index - 1]?.series,
  );
}

async function recordReveal(
  em: EntityManager,
  request: PreviewRequest,
  wanted: readonly Placed[],
): Promise<void> {
  const { studyId, revealFor, reason } = request;
  const instances = wanted.slice(0, MOST_SERIES).map(({ instance }) => instance);
  const detail = { instances, ...(reason === undefined ? {} : { reason }) };
  await journal(em, { event: "deidentification.revealed", studyId, actor: revealFor!, detail });
}

function show({ before, after, ...element }: ElementPreview, revealed: boolean): PreviewedElement {
  return revealed
    ? { ...element, before: before?.reveal() ?? null, after: after?.reveal() ?? null }
    : { ...element, before: null, after: null };
}
