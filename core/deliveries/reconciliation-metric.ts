// How many results have no receipt, for monitoring: the same look as the nightly one, so that nobody waits for the night.
import type { Metrics } from "@thalamus/sdk";
import { CoreMetrics } from "../observe/core-metrics.ts";
import type { Reconciliation } from "./reconciliation.ts";

/** All results are looked at, of which there may be millions, and monitoring asks every few seconds. */
const FRESH_MS = 5 * 60_000;

export function readReconciliation(metrics: Metrics, reconciliation: Pick<Reconciliation, "missing">): void {
  let last: { readonly at: number; readonly total: number } | undefined;
  metrics.read(CoreMetrics.receiptsMissing, async () => {
    if (!last || Date.now() - last.at > FRESH_MS) {
      const { total } = await reconciliation.missing(1);
      last = { at: Date.now(), total };
    }
    return [{ labels: {}, value: last.total }];
  });
}
