// The last warnings and errors of this process's log, for the System page and the support bundle.

/** A line of the log: typed fields only, no PHI. */
export interface TroubleLine {
  readonly at: string;
  readonly level: "warn" | "error";
  /** Part of the hub, or plugin entry. */
  readonly part: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Older ones are in the log file. */
const MOST = 200;

export class RecentTrouble {
  readonly #lines: TroubleLine[] = [];

  /** @param line as JSON, as the log writes it */
  write(line: string): void {
    const { time, level, part = "hub", event, ...fields } = JSON.parse(line) as Record<string, unknown>;
    if (level !== "warn" && level !== "error") return;
    this.#lines.push({ at: String(time), level, part: String(part), event: String(event), fields });
    if (this.#lines.length > MOST) this.#lines.shift();
  }

  /** The newest one first. */
  all(): readonly TroubleLine[] {
    return this.#lines.toReversed();
  }
}
