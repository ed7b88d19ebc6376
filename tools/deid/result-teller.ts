// Tells what became of each study: a line as soon as it ends, or one JSON document at the end; then the sum.
import type { PassedBy } from "../folder-files.ts";
import type { DeidResult } from "./deid-study.ts";

/** With what the user knows the study by: this stays on the terminal. */
export type ToldResult = DeidResult & {
  readonly source: { readonly firstFile: string; readonly files: number };
};

export interface TellerOptions {
  readonly json: boolean;
  /** How many studies there are. */
  readonly studies: number;
  readonly skipped: readonly PassedBy[];
}

const STATES = ["done", "done before", "held", "failed"] as const;

export class ResultTeller {
  readonly #options: TellerOptions;
  readonly #counts = { done: 0, "done before": 0, held: 0, failed: 0 };
  /** With --json only: each as its text, by the number of its study. */
  readonly #texts: string[] = [];

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** @param index of the study, from 0 */
  tell(result: ToldResult, index: number): void {
    this.#counts[result.state] += 1;
    if (this.#options.json) this.#texts[index] = JSON.stringify(result);
    else process.stdout.write(`${linesOf(result, index).join("\n")}\n`);
  }

  end(): void {
    const { json, skipped } = this.#options;
    if (json) {
      const sum = { ...this.#counts, "not reached": this.#notReached };
      const studies = this.#texts.filter((text) => text !== undefined);
      process.stdout.write(
        `{"studies": [\n${studies.join(",\n")}\n],\n"skipped": ${JSON.stringify(skipped)},\n"sum": ${JSON.stringify(sum)}}\n`,
      );
      return;
    }
    const lines = this.#counts.held > 0 ? [HOW_TO_RELEASE] : [];
    process.stdout.write(`${[...lines, ...skippedLines(skipped), this.#sum()].join("\n")}\n`);
  }

  /** A file that nobody could read may be missing in a study that passed. */
  exitCode(): number {
    const isWhole = this.#notReached === 0 && !this.#options.skipped.some(({ isUnread }) => isUnread);
    if (!isWhole || this.#counts.failed > 0) return 1;
    return this.#counts.held > 0 ? 3 : 0;
  }

  get #notReached(): number {
    return this.#options.studies - STATES.reduce((sum, state) => sum + this.#counts[state], 0);
  }

  #sum(): string {
    const { studies } = this.#options;
    const parts = STATES.map((state) => `${this.#counts[state]} ${state}`);
    const said = [...parts, `${this.#notReached} not reached`];
    return `${studies} stud${studies === 1 ? "y" : "ies"}: ${said.join(", ")}.`;
  }
}

function linesOf(result: ToldResult, index: number): string[] {
  const { firstFile, files } = result.source;
  const others = files > 1 ? ` and ${files - 1} more` : "";
  const study = `study ${index + 1} (${firstFile}${others})`;
  if ("folder" in result)
    return [`${study}: ${result.state}, ${result.files} file${s(result.files)} in ${result.folder}`];
  const head =
    result.state === "held" ? "waits for a person, nothing was written" : "failed, nothing was written";
  return [`${study}: ${head}`, ...result.reasons.map((reason) => `  ${reason}`)];
}

function skippedLines(skipped: readonly PassedBy[]): string[] {
  const unread = skipped.filter(({ isUnread }) => isUnread).length;
  const others = skipped.length - unread;
  const lines = others > 0 ? [`${others} file${s(others)} passed by: no image.`] : [];
  if (unread === 0) return lines;
  return [
    ...lines,
    `${unread} file${s(unread)} NOT READ (named above): a copy may be without images of its study.`,
  ];
}

const s = (count: number): string => (count === 1 ? "" : "s");

/** What a line says of letting it pass is for the console. */
const HOW_TO_RELEASE =
  "Here a study that waits passes when its files are corrected or left out, or when a pixel rule in --settings answers\n" +
  "for the device; in the console of a hub a person can let it pass, with a reason.";
