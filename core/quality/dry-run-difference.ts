// Compares what a check said of a study with what it would say: line by line, and in sums over all studies.
import type { CheckLine, Outcome } from "@thalamus/sdk";

export type LineVerdict = CheckLine["verdict"] | "absent";

export interface LineChange {
  readonly id: string;
  readonly was: LineVerdict;
  readonly wouldBe: LineVerdict;
}

export interface StudyDifference {
  readonly studyId: string;
  readonly was: "passed" | "held";
  readonly wouldBe: "passed" | "held";
  readonly changes: readonly LineChange[];
}

/** One check over all studies. */
export interface CheckDifference {
  readonly id: string;
  readonly title: string;
  /** Studies of which it would say the same. */
  readonly same: number;
  readonly changes: readonly {
    readonly was: LineVerdict;
    readonly wouldBe: LineVerdict;
    readonly studies: number;
  }[];
}

export type Judged = Extract<Outcome, { kind: "passed" | "held" }>;

export function differenceOf(studyId: string, was: Judged, wouldBe: Judged): StudyDifference {
  const verdicts = (lines: readonly CheckLine[]) => new Map(lines.map(({ id, verdict }) => [id, verdict]));
  const [before, after] = [verdicts(was.lines), verdicts(wouldBe.lines)];
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  const all = ids.map(
    (id) => ({ id, was: before.get(id) ?? "absent", wouldBe: after.get(id) ?? "absent" }) as const,
  );
  return {
    studyId,
    was: was.kind,
    wouldBe: wouldBe.kind,
    changes: all.filter((one) => one.was !== one.wouldBe),
  };
}

/** Adds up differences check by check, in the order in which checks were first seen. */
export class DifferenceSum {
  readonly #checks = new Map<string, { title: string; same: number; changes: Map<string, number> }>();

  add(difference: StudyDifference, lines: readonly CheckLine[]): void {
    for (const { id, title } of lines) this.#check(id, title);
    const changed = new Map(difference.changes.map((change) => [change.id, change]));
    for (const id of changed.keys()) this.#check(id, id);
    for (const { id } of lines) if (!changed.has(id)) this.#check(id, id).same += 1;
    for (const { id, was, wouldBe } of changed.values()) {
      const { changes } = this.#check(id, id);
      const key = `${was} ${wouldBe}`;
      changes.set(key, (changes.get(key) ?? 0) + 1);
    }
  }

  checks(): CheckDifference[] {
    return [...this.#checks].map(([id, { title, same, changes }]) => ({
      id,
      title,
      same,
      changes: [...changes].map(([key, studies]) => {
        const [was, wouldBe] = key.split(" ") as [LineVerdict, LineVerdict];
        return { was, wouldBe, studies };
      }),
    }));
  }

  #check(id: string, title: string) {
    const check = this.#checks.get(id) ?? { title, same: 0, changes: new Map<string, number>() };
    this.#checks.set(id, check);
    return check;
  }
}
