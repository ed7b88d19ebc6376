// The plugin at work: one stream for all studies of the command, as the hub has one.
import type { Outcome, SiteKeys, TransformStep } from "@thalamus/sdk";
import { Subject } from "rxjs";
import plugin from "../../plugins/deid-safeharbor/plugin.ts";

export class DeidWork implements Disposable {
  readonly #steps$ = new Subject<TransformStep>();
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();

  /** @throws when the settings contradict themselves */
  constructor(settings: unknown, keys: SiteKeys) {
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    const scope = { settings, keys, log: quiet };
    plugin.transform(this.#steps$, scope as never).subscribe(({ step, outcome }) => {
      this.#waiting.get(step.id)?.(outcome);
      this.#waiting.delete(step.id);
    });
  }

  run(step: TransformStep): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#waiting.set(step.id, resolve);
    this.#steps$.next(step);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#steps$.complete();
  }
}
