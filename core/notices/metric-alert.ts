// Decides when a metric of the machine is too high and when it has recovered, without telling the same twice.

export interface AlertRule {
  /** In percent. */
  readonly limit: number;
  readonly recoverPoints: number;
  readonly looksInARow: number;
  readonly coolDownMs: number;
}

export type AlertMove =
  | { readonly kind: "raised" | "recovered" }
  /** It is high once more, and was told a short time ago. */
  | { readonly kind: "suppressed" };

export class MetricAlert {
  readonly #rule: AlertRule;
  #high = 0;
  #raised = false;
  #told = false;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(rule: AlertRule) {
    this.#rule = rule;
  }

  /** @param usage in percent; undefined when the machine has no such thing */
  look(usage: number | undefined, now: number): AlertMove | undefined {
    if (usage === undefined) return undefined;
    const { limit, recoverPoints, looksInARow, coolDownMs } = this.#rule;
    if (this.#raised) {
      if (usage > limit - recoverPoints) return undefined;
      this.#raised = false;
      this.#high = 0;
      // nobody was told that it was high
      return this.#told ? { kind: "recovered" } : undefined;
    }
    this.#high = usage > limit ? this.#high + 1 : 0;
    if (this.#high < looksInARow) return undefined;
    this.#raised = true;
    this.#told = now - this.#toldAt >= coolDownMs;
    if (!this.#told) return { kind: "suppressed" };
    this.#toldAt = now;
    return { kind: "raised" };
  }
}
