// Holds values that identify a patient while they are shown: in memory only, and not for long.

import { ApiFault } from "./call-api.ts";
import { say } from "./language.ts";

export interface PhiValue {
  readonly text: string;
  /** Time in milliseconds when it hides itself. */
  readonly until: number;
}

/** Values by field. */
export type PhiValues = Readonly<Record<string, string>>;

/** Asks the hub for values; the hub writes into its journal who asked, and why if the site wants that. */
export type ReadPhi = (
  studyId: string,
  fields: readonly string[],
  reason: string | undefined,
) => Promise<PhiValues>;

/** The same for several studies at once; values by the id of the study. */
export type ReadManyPhi = (
  studyIds: readonly string[],
  fields: readonly string[],
  reason: string | undefined,
) => Promise<Readonly<Record<string, PhiValues>>>;

export const SHOWN_MS = 60_000;

/** The site wants a reason, and none was given. */
const NEEDED = "phi.reason-needed";
const WITHHELD = "phi.reason-withheld";

export class PhiVault {
  /** Asks the person why; undefined when they would rather not say. */
  askReason: (() => Promise<string | undefined>) | undefined;
  readonly #read: ReadPhi;
  readonly #readMany: ReadManyPhi | undefined;
  readonly #values = new Map<string, PhiValue>();
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hidings = 0;

  constructor(read: ReadPhi, readMany?: ReadManyPhi) {
    this.#read = read;
    this.#readMany = readMany;
  }

  /** Whether anything is uncovered now. */
  get isShowing(): boolean {
    return this.#values.size > 0;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  value(studyId: string, field: string): PhiValue | undefined {
    return this.#values.get(`${studyId}/${field}`);
  }

  reveal(studyId: string, fields: readonly string[]): Promise<void> {
    return this.#show(async (reason) => ({ [studyId]: await this.#read(studyId, fields, reason) }));
  }

  /** For a whole page, in one call. */
  async revealMany(studyIds: readonly string[], fields: readonly string[]): Promise<void> {
    const readMany = this.#readMany;
    if (!readMany || studyIds.length === 0) return;
    await this.#show((reason) => readMany(studyIds, fields, reason));
  }

  /**
   * Reads what identifies patients; a person is asked why where the site wants that, each time.
   * @throws ApiFault `phi.reason-withheld` when they do not say
   */
  async withReason<T>(read: (reason: string | undefined) => Promise<T>): Promise<T> {
    try {
      return await read(undefined);
    } catch (fault) {
      if (!(fault instanceof ApiFault) || fault.code !== NEEDED || !this.askReason) throw fault;
    }
    const reason = await this.askReason();
    if (reason !== undefined) return read(reason);
    throw new ApiFault(0, WITHHELD, say("No reason was given, so nothing is shown."));
  }

  async #show(
    read: (reason: string | undefined) => Promise<Readonly<Record<string, PhiValues>>>,
  ): Promise<void> {
    const before = this.#hidings;
    const studies = await this.withReason(read).catch((fault: unknown) => {
      if (fault instanceof ApiFault && fault.code === WITHHELD) return undefined;
      throw fault;
    });
    // everything was hidden while the answer was on its way: then it stays hidden
    if (!studies || before !== this.#hidings) return;
    const until = Date.now() + SHOWN_MS;
    for (const [studyId, values] of Object.entries(studies))
      for (const [field, text] of Object.entries(values))
        this.#values.set(`${studyId}/${field}`, { text, until });
    this.#changed();
  }

  hide(studyId: string, fields: readonly string[]): void {
    for (const field of fields) this.#values.delete(`${studyId}/${field}`);
    this.#changed();
  }

  hideAll(): void {
    this.#hidings += 1;
    this.#values.clear();
    this.#changed();
  }

  #changed(): void {
    clearTimeout(this.#timer);
    const next = Math.min(...[...this.#values.values()].map(({ until }) => until));
    if (Number.isFinite(next)) this.#timer = setTimeout(() => this.#expire(), next - Date.now());
    for (const notify of this.#listeners) notify();
  }

  #expire(): void {
    const now = Date.now();
    for (const [key, { until }] of this.#values) if (until <= now) this.#values.delete(key);
    this.#changed();
  }
}
