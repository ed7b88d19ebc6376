// Which part of the hub belongs to which view of the log.

export const LOG_AREAS = ["dicom", "jobs"] as const;
export type LogArea = (typeof LOG_AREAS)[number];

/** Parts of the hub itself, as `log.named` calls them. What is in no area is in the view of everything only. */
const OWN_PARTS: Readonly<Record<string, LogArea | undefined>> = {
  hub: undefined,
  access: undefined,
  archive: "dicom",
  cloud: "jobs",
  clouds: "jobs",
  disk: undefined,
  groups: "jobs",
  http: undefined,
  intake: "dicom",
  metrics: undefined,
  notices: undefined,
  products: "jobs",
  quality: "jobs",
  secrets: undefined,
  settings: undefined,
  steps: "jobs",
  upkeep: "jobs",
  uploads: "jobs",
};

/** What brings images in or lets them be read speaks DICOM; what works on studies does jobs. */
const BY_KIND: Readonly<Record<string, LogArea>> = {
  intake: "dicom",
  check: "jobs",
  transform: "jobs",
  process: "jobs",
  deliver: "jobs",
};

export interface LogPart {
  readonly name: string;
  readonly area: LogArea | null;
}

/** What of a plugin decides. */
export interface EntryNature {
  readonly kind: string;
  /** It searches and reads received images for others. */
  readonly readsArchive: boolean;
}

export class LogAreas {
  readonly #entries: () => ReadonlyMap<string, EntryNature>;

  /** @param entries of plugins by their names, as they are now */
  constructor(entries: () => ReadonlyMap<string, EntryNature>) {
    this.#entries = entries;
  }

  areaOf(part: string): LogArea | undefined {
    const entry = this.#entries().get(part);
    if (entry === undefined) return OWN_PARTS[part];
    return entry.readsArchive ? "dicom" : BY_KIND[entry.kind];
  }

  /** Every part that can write lines now, by name. */
  parts(): LogPart[] {
    const names = new Set([...Object.keys(OWN_PARTS), ...this.#entries().keys()]);
    return [...names].toSorted().map((name) => ({ name, area: this.areaOf(name) ?? null }));
  }
}
