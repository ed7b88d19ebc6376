// Tells dates that survived from shifted ones that fall on another date of the source by chance.
import { standing } from "./element-values.ts";
import type { FileBytes } from "./file-bytes.ts";
import type { Finding } from "./finding.ts";
import type { PlaceKey } from "./place.ts";
import { placeOf, type SeenElement } from "./second-reader.ts";
import type { SourceFacts } from "./source-values.ts";

const DAY_MS = 86_400_000;
const pathOf = (key: PlaceKey): string => (typeof key === "string" ? key : key.path());

/** 8 digits of VR DA (PS3.5 6.2) as days since 1970; undefined when they are no date. */
function daysOf(value: string): number | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(value) ?? [];
  if (!year) return undefined;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return Number.isNaN(time) ? undefined : Math.round(time / DAY_MS);
}

/**
 * Dates of one copy are all shifted by one number of days. Where a source has two dates just so many days apart, the
 * later one is in the copy for a good reason; it is then looked for at its own place only, by `CopyChecks`.
 */
export class SurvivingDates {
  readonly #places: SourceFacts["places"];
  readonly #shifts: boolean;
  readonly #counts = new Map<number, number>();

  constructor({ places }: SourceFacts, dates: "shift" | "remove") {
    this.#places = places;
    this.#shifts = dates === "shift";
  }

  see(copy: FileBytes, element: SeenElement): void {
    if (!this.#shifts || (element.vr !== "DA" && element.vr !== "DT") || element.from === element.to) return;
    const before = daysOf(this.#places.get(placeOf(element).key)?.value ?? "");
    const after = daysOf(standing(copy, element));
    if (before === undefined || after === undefined || before === after) return;
    this.#counts.set(after - before, (this.#counts.get(after - before) ?? 0) + 1);
  }

  /** Whether a finding is a shifted date that fell on another date of the source. */
  explain({ kind, gives, source = "" }: Finding): boolean {
    if (kind !== "value-survives" || gives !== "date" || this.#counts.size === 0) return false;
    const [shift] = [...this.#counts].reduce((most, one) => (one[1] > most[1] ? one : most));
    const places = [...this.#places];
    const days = daysOf(places.find(([key]) => pathOf(key) === source)?.[1].value ?? "");
    if (days === undefined) return false;
    const dates = places.map(([, placed]) => placed).filter((placed) => placed.kind === "date");
    return dates.some(({ value }) => daysOf(value) === days - shift);
  }
}
