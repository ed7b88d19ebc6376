// Metrics for tests of plugins: counts as the hub does, and tells what was counted.
import type {
  CounterDeclaration,
  GaugeDeclaration,
  LabelSets,
  Labels,
  Metrics,
  Reader,
} from "../services/metrics.ts";

export interface RecordingMetrics extends Metrics {
  /** What a counter or gauge stands at under these labels. */
  value<L extends LabelSets>(
    declaration: CounterDeclaration<L> | GaugeDeclaration<L>,
    labels: Labels<L>,
  ): Promise<number>;
}

export function recordingMetrics(): RecordingMetrics {
  const counts = new Map<string, number>();
  const readers = new Map<string, Set<Reader<LabelSets>>>();
  const add = (key: string, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);
  return {
    counter: ({ name }) => ({ of: (labels) => ({ add: (by = 1) => add(keyOf(name, labels), by) }) }),
    histogram: ({ name }) => ({ observe: (labels) => add(keyOf(name, labels), 1) }),
    read({ name }, reader) {
      const all = readers.get(name) ?? new Set();
      readers.set(name, all.add(reader as Reader<LabelSets>));
      return () => all.delete(reader as Reader<LabelSets>);
    },
    async value({ name }, labels) {
      const key = keyOf(name, labels);
      let sum = counts.get(key) ?? 0;
      for (const read of readers.get(name) ?? []) {
        for (const reading of await read()) if (keyOf(name, reading.labels) === key) sum += reading.value;
      }
      return sum;
    },
  };
}

const keyOf = (name: string, labels: object): string => `${name} ${JSON.stringify(labels)}`;
