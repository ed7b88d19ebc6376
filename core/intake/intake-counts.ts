// Counts what the intake takes and refuses; once for each commit, so that receiving does not notice.
import type { Accepted, Count, Histogram, IntakeRefusalCode, Metrics, NoLabels } from "@thalamus/sdk";
import { CoreMetrics, INTAKE_OUTCOMES } from "../observe/core-metrics.ts";
import type { Arrival, BatchWriter } from "./group-commit.ts";

export class IntakeCounts {
  readonly #metrics: Metrics;
  readonly #instances: Readonly<Record<Accepted["outcome"], Count>>;
  readonly #bytes: Count;
  readonly #batchInstances: Histogram<NoLabels>;
  readonly #batchSeconds: Histogram<NoLabels>;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    const instances = metrics.counter(CoreMetrics.instances);
    this.#instances = Object.fromEntries(
      INTAKE_OUTCOMES.map((outcome) => [outcome, instances.of({ outcome })]),
    ) as Record<Accepted["outcome"], Count>;
    this.#bytes = metrics.counter(CoreMetrics.bytes).of({});
    this.#batchInstances = metrics.histogram(CoreMetrics.batchInstances);
    this.#batchSeconds = metrics.histogram(CoreMetrics.batchSeconds);
    metrics.counter(CoreMetrics.refused);
  }

  /** The same writer, counting what it wrote. */
  counting(write: BatchWriter): BatchWriter {
    return async (batch) => {
      const begun = performance.now();
      const answers = await write(batch);
      this.#batchSeconds.observe({}, (performance.now() - begun) / 1000);
      this.#batchInstances.observe({}, batch.length);
      for (const { outcome } of answers) this.#instances[outcome].add();
      this.#bytes.add(batch.reduce((sum, { bytes }: Arrival) => sum + bytes, 0));
      return answers;
    };
  }

  refused(code: IntakeRefusalCode): void {
    this.#metrics.counter(CoreMetrics.refused).of({ code }).add();
  }
}
