// The plugin at work: studies go to its threads as the hub's do; of the plugin no more is loaded than they need.
import type { Outcome, SiteKeys, TransformStep } from "@thalamus/sdk";
import { Permanent, Transient } from "@thalamus/sdk/errors";
import { deidKeys } from "../../plugins/deid-safeharbor/elements/deid-keys.ts";
import { checkPixelRules } from "../../plugins/deid-safeharbor/pixels/pixel-rules.ts";
import type { DeidSettings } from "../../plugins/deid-safeharbor/settings.ts";
import { StudyThreads } from "../../plugins/deid-safeharbor/threads/study-threads.ts";

export class DeidWork {
  readonly #threads: StudyThreads;

  /** @throws Permanent when the settings contradict themselves */
  constructor(settings: DeidSettings, keys: SiteKeys) {
    checkPixelRules(settings.pixelRules);
    this.#threads = new StudyThreads({ settings, keys: deidKeys(keys), signing: keys.signing });
  }

  /** @returns how it ended, whatever happens, as the hub would take it */
  async run(step: TransformStep): Promise<Outcome> {
    try {
      return await this.#threads.run(step, step.signal);
    } catch (error) {
      if (step.signal.aborted) return { kind: "released" };
      const isKnown = error instanceof Permanent || error instanceof Transient;
      if (isKnown) return { kind: "rejected", code: error.code, message: error.message };
      // the place only: a message may hold a value of the study
      const place = /^\s+at .*$/m.exec((error as Error).stack ?? "")?.[0].trim() ?? "";
      const message = `The program failed in a way it did not foresee (${(error as Error).name} ${place}).`;
      return { kind: "rejected", code: "plugin.bug", message };
    }
  }
}
