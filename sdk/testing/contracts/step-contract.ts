// Contract of every plugin that works on steps: one settlement each, no matter what, and no word about the patient.
import { filter, firstValueFrom, from, lastValueFrom, ReplaySubject, Subject, toArray } from "rxjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setBugReporter } from "../../each-step.ts";
import type { Declaration, Needs, Scope, StepWork } from "../../kinds/declaration.ts";
import type { Outcome } from "../../outcome.ts";
import type { SettingsSchema } from "../../settings.ts";
import type { InsideStep, ReceivedStudy, Settled, StepBase } from "../../step.ts";
import {
  abortingStudy,
  brokenStep,
  type CanaryStudy,
  canaryStudy,
  Sabotage,
  type StepOptions,
  type Watched,
  watchedStep,
} from "./contract-step.ts";
import { declarationContract } from "./declaration-contract.ts";
import { type Bench, type Fixtures, type OpenBench, openBench } from "./plugin-bench.ts";

export interface StepBench extends Bench {
  /** Instead of the phantom of the suite; its values are then looked for too. */
  readonly study?: ReceivedStudy;
}

/** A kind of plugin, as the suite sees it. */
export interface StepSubject<
  Step extends StepBase,
  S extends SettingsSchema,
  N extends Needs,
  B extends StepBench,
> {
  readonly plugin: Declaration<S, N> & { readonly kind: string };
  readonly work: StepWork<Step, S, N>;
  readonly fixtures: Fixtures<B>;
  /** Makes a step of this kind; called for each step anew. */
  readonly stepOf: (base: InsideStep, bench: OpenBench<B, S, N>) => Step | Promise<Step>;
  /** How a step that goes well ends. */
  readonly goodOutcomes: readonly Outcome["kind"][];
}

/** A running suite, for the tests that only one kind has. */
export interface StepSuite<
  Step extends StepBase,
  S extends SettingsSchema,
  N extends Needs,
  B extends StepBench,
> {
  bench(): OpenBench<B, S, N>;
  /** @param study the suite's own, unless a test wants another */
  make(
    options?: StepOptions,
    study?: ReceivedStudy,
  ): Promise<Omit<Watched, "step"> & { readonly step: Step }>;
  run(step: Step): Promise<Outcome>;
}

/** A step that is aborted settles in this time. */
const PROMPT_MS = 5000;

export function stepContract<
  Step extends StepBase,
  S extends SettingsSchema,
  N extends Needs,
  B extends StepBench,
>(subject: StepSubject<Step, S, N, B>, more: (suite: StepSuite<Step, S, N, B>) => void = () => {}): void {
  const { plugin, work, fixtures, stepOf, goodOutcomes } = subject;
  describe(`${plugin.name} as a plugin of kind ${plugin.kind}`, () => {
    let bench: OpenBench<B, S, N>;
    let own: CanaryStudy;
    beforeAll(async () => {
      setBugReporter(reportRealBugs);
      bench = await openBench(plugin, fixtures.open);
      own = await canaryStudy(bench.scratch);
      const { study } = bench.given;
      if (study)
        own = { study, canaries: Object.values(study.identity.reveal()).filter((one) => one.length > 5) };
    });
    afterAll(() => bench.close());

    const suite: StepSuite<Step, S, N, B> = {
      bench: () => bench,
      make: async (options, study = own.study) => {
        const watched = watchedStep(bench.scratch, study, options);
        return { ...watched, step: await stepOf(watched.step, bench) };
      },
      run: (step) => outcome(work, step, bench.scope),
    };

    declarationContract(plugin, fixtures.folder, () => bench.given.settings ?? {});

    test("settles every step exactly once and then ends", async () => {
      const steps = await Promise.all([suite.make(), suite.make(), suite.make()]);
      const settled = await lastValueFrom(
        work(from(steps.map(({ step }) => step)), bench.scope).pipe(toArray()),
      );
      const ids = settled.map(({ step }) => step.id);
      expect(ids.toSorted()).toEqual(steps.map(({ step }) => step.id).toSorted());
      for (const { outcome } of settled) expect(goodOutcomes).toContain(outcome.kind);
    });

    test("a step that throws is settled, and the next one is worked on as if nothing had been", async () => {
      const [canary = ""] = own.canaries;
      const stream = openStream(work, bench.scope);
      const failed = await stream.settle(brokenStep((await suite.make()).step, canary) as Step);
      expect(["rejected", "retry", "processed"]).toContain(failed.kind);
      expect(JSON.stringify(failed)).not.toContain(canary);
      const { step } = await suite.make();
      expect(goodOutcomes).toContain((await stream.settle(step)).kind);
      stream.close();
    });

    test("a step that is aborted before it begins is released", async () => {
      const { step } = await suite.make({ signal: AbortSignal.abort(new Error("the hub is stopping")) });
      expect(await suite.run(step)).toEqual({ kind: "released" });
    });

    test("a step that is aborted in the middle is settled promptly", async () => {
      const abort = new AbortController();
      const { step } = await suite.make({ signal: abort.signal }, abortingStudy(own.study, abort));
      const late = AbortSignal.timeout(PROMPT_MS);
      const tooLate = new Promise<never>((_, reject) => {
        late.addEventListener("abort", () =>
          reject(new Error(`not settled ${PROMPT_MS} ms after the abort`)),
        );
      });
      const { kind } = await Promise.race([suite.run(step), tooLate]);
      expect(["released", ...goodOutcomes]).toContain(kind);
    });

    test("nothing in outcome, log or progress tells who the patient is, and progress never falls", async () => {
      const { step, said, progress } = await suite.make();
      const shown = [JSON.stringify(await suite.run(step)), bench.log.text(), ...said].join("\n");
      for (const canary of own.canaries) expect(shown).not.toContain(canary);
      expect(progress).toEqual(progress.toSorted((a, b) => a - b));
      for (const value of progress) expect(value).toBeGreaterThanOrEqual(0);
      expect(Math.max(0, ...progress)).toBeLessThanOrEqual(1);
    });

    more(suite);
  });
}

/** A bug that is no part of a test must be seen. */
const reportRealBugs: Parameters<typeof setBugReporter>[0] = ({ error }) => {
  if (error instanceof Sabotage) return;
  process.stderr.write(`${error instanceof Error ? error.stack : "a plugin threw no Error"}\n`);
};

/** A stream that stays open, as the hub's does. */
function openStream<Step extends StepBase, S extends SettingsSchema, N extends Needs>(
  work: StepWork<Step, S, N>,
  scope: Scope<S, N>,
) {
  const steps$ = new Subject<Step>();
  const settled$ = new ReplaySubject<Settled>();
  const subscription = work(steps$, scope).subscribe(settled$);
  const settle = async (step: Step): Promise<Outcome> => {
    const settled = firstValueFrom(settled$.pipe(filter((one) => one.step.id === step.id)));
    steps$.next(step);
    return (await settled).outcome;
  };
  return { settle, close: () => subscription.unsubscribe() };
}

async function outcome<Step extends StepBase, S extends SettingsSchema, N extends Needs>(
  work: StepWork<Step, S, N>,
  step: Step,
  scope: Scope<S, N>,
): Promise<Outcome> {
  const settled = await lastValueFrom(work(from([step]), scope).pipe(toArray()));
  expect(settled).toHaveLength(1);
  return settled[0]!.outcome;
}
