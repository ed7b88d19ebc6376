// For tests of plugins that carry out orders: a memo that can be looked at, and steps that are worked on until they end.
import { expand, filter, from, type Observable, of, switchMap, timer } from "rxjs";
import { Phi } from "../phi.ts";
import type { OrderStep, OutboundFacts, Settled, StepBase } from "../step.ts";

/** What the ledger keeps for a step between its tries. */
export interface MemoBook {
  /** Everything that was remembered, in order. */
  readonly written: { readonly memo: object; readonly reference: string | undefined }[];
  /** Parts of a step; the same for each of its tries. */
  readonly parts: Pick<OrderStep, "memo" | "remember">;
}

export function memoBook(): MemoBook {
  const written: MemoBook["written"][number][] = [];
  return {
    written,
    parts: {
      // as JSON, since that is all that survives
      memo: () => {
        const last = written.at(-1)?.memo;
        return last === undefined ? undefined : (JSON.parse(JSON.stringify(last)) as Record<string, unknown>);
      },
      remember: async (memo, reference) => {
        written.push({ memo: JSON.parse(JSON.stringify(memo)) as object, reference });
      },
    },
  };
}

/** A step that may say these facts beside its copy. */
export const tellingFacts = (facts: OutboundFacts = {}) => ({ facts: async () => new Phi(facts) });

const LONGEST_WAIT_MS = 20;

/** Does as the hub does with a step that waits: hands it out again after a while, here a short one. */
export function throughWaits<Step extends StepBase, Scope>(
  work: (steps$: Observable<Step>, scope: Scope) => Observable<Settled>,
): (steps$: Observable<Step>, scope: Scope) => Observable<Settled> {
  const again = (settled: Settled, scope: Scope): Observable<Settled> => {
    const { step, outcome } = settled;
    if (outcome.kind !== "waiting") return from([]);
    const wait = timer(Math.min(LONGEST_WAIT_MS, outcome.afterMs));
    return wait.pipe(switchMap(() => work(of(step as Step), scope)));
  };
  return (steps$, scope) =>
    work(steps$, scope).pipe(
      expand((settled) => again(settled, scope)),
      filter(({ outcome }) => outcome.kind !== "waiting"),
    );
}
