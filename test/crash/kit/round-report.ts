// What one round did and found, as a line of the suite's table.
import type { Damage } from "./audit.ts";
import type { Fleet } from "./fleet.ts";
import type { SentBooks } from "./sent-books.ts";

export class RoundReport {
  readonly kind: string;
  readonly round: number;
  readonly #books: SentBooks;
  readonly #before: Readonly<Record<"sent" | "acknowledged" | "refused" | "strange", number>>;
  readonly #began = performance.now();
  sent = 0;
  acknowledged = 0;
  refused = 0;
  seconds = 0;
  damage: Damage = { lost: 0, corrupt: 0, doubled: 0, orphans: 0 };
  /** Answers and broken connections for which there is no excuse, and hubs that died by themselves. */
  strange: readonly string[] = [];

  constructor(kind: string, round: number, books: SentBooks) {
    this.kind = kind;
    this.round = round;
    this.#books = books;
    this.#before = countsOf(books);
  }

  end(damage: Damage, { fleet }: { readonly fleet: Fleet }): this {
    const now = countsOf(this.#books);
    this.sent = now.sent - this.#before.sent;
    this.acknowledged = now.acknowledged - this.#before.acknowledged;
    this.refused = now.refused - this.#before.refused;
    this.seconds = (performance.now() - this.#began) / 1000;
    this.damage = damage;
    const crashes = fleet.living.flatMap(({ crash }) => crash ?? []);
    this.strange = [...crashes, ...this.#books.strange.slice(this.#before.strange)];
    return this;
  }

  get good(): boolean {
    const { lost, corrupt, doubled, orphans } = this.damage;
    return lost + corrupt + doubled + orphans + this.strange.length === 0;
  }
}

const countsOf = (books: SentBooks) => ({
  sent: books.objects.size,
  acknowledged: books.acknowledged,
  refused: books.refusals,
  strange: books.strange.length,
});

export const HEADINGS = [
  "round",
  "kind",
  "sent",
  "acknowledged",
  "refusals",
  "lost",
  "corrupt",
  "doubled",
  "orphans",
  "seconds",
] as const;

export function lineOf(report: RoundReport): string {
  const { lost, corrupt, doubled, orphans } = report.damage;
  const cells = [
    String(report.round),
    report.kind,
    ...[report.sent, report.acknowledged, report.refused, lost, corrupt, doubled, orphans].map(String),
    report.seconds.toFixed(1),
  ];
  const line = cells.map((cell, index) => pad(cell, index)).join("  ");
  return [line, ...report.strange.slice(0, 5).map((text) => `       ${text}`)].join("\n");
}

export const headingLine = (): string => HEADINGS.map((heading, index) => pad(heading, index)).join("  ");

const pad = (cell: string, index: number): string =>
  index === 1 ? cell.padEnd(22) : cell.padStart(HEADINGS[index]!.length);
