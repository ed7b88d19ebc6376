// Counts in plain numbers and puts them into the Prometheus text format when somebody asks.
import type {
  Counter,
  CounterDeclaration,
  GaugeDeclaration,
  Histogram,
  HistogramDeclaration,
  LabelSet,
  LabelSets,
  Labels,
  MetricDeclaration,
  Metrics,
  Reader,
} from "@thalamus/sdk";
import * as prometheus from "prom-client";
import type { HubLog } from "./log.ts";

const OTHER = "other";
const NAME = /^thalamus_[a-z][a-z0-9_]*$/;

interface Slot {
  readonly labels: Readonly<Record<string, string>>;
  value: number;
}

/** One metric: what it was declared as, and what there is to tell. */
interface Kept {
  readonly declaration: MetricDeclaration;
  readonly slots: Map<string, Slot>;
  readonly readers: Set<Reader<LabelSets>>;
  readonly histogram?: prometheus.Histogram;
}

interface Refillable {
  reset(): void;
  remove(): void;
  inc(labels: object, value: number): void;
}

export class HubMetrics implements Metrics {
  readonly contentType = prometheus.prometheusContentType;
  readonly #registry = new prometheus.Registry();
  readonly #entries: readonly string[];
  readonly #log: HubLog;
  readonly #kept = new Map<string, Kept>();
  #scrape: Promise<string> | undefined;

  /** @param entries names of the plugin entries, for labels with that set */
  constructor(entries: readonly string[], log: HubLog) {
    this.#entries = entries;
    this.#log = log;
  }

  counter<L extends LabelSets>(declaration: CounterDeclaration<L>): Counter<L> {
    const kept = this.#keep(declaration);
    return {
      of: (labels) => {
        const slot = this.#slot(kept, labels);
        return {
          add: (by = 1) => {
            slot.value += by;
          },
        };
      },
    };
  }

  histogram<L extends LabelSets>(declaration: HistogramDeclaration<L>): Histogram<L> {
    const { histogram } = this.#keep(declaration);
    return {
      observe: (labels, value) => histogram!.observe(this.#closed(declaration, labels), value),
    };
  }

  read<L extends LabelSets>(
    declaration: GaugeDeclaration<L> | CounterDeclaration<L>,
    reader: Reader<L>,
  ): () => void {
    const { readers } = this.#keep(declaration);
    const general = reader as unknown as Reader<LabelSets>;
    readers.add(general);
    return () => readers.delete(general);
  }

  /** All metrics in the text format, version 0.0.4; those who ask at the same time share one answer. */
  text(): Promise<string> {
    this.#scrape ??= this.#registry.metrics().finally(() => {
      this.#scrape = undefined;
    });
    return this.#scrape;
  }

  #keep<L extends LabelSets>(given: MetricDeclaration & { readonly labels: L }): Kept {
    const declaration: MetricDeclaration = given;
    const known = this.#kept.get(declaration.name);
    if (known?.declaration === declaration) return known;
    if (known) throw new Error(`two metrics are named ${declaration.name}`);
    if (!NAME.test(declaration.name))
      throw new Error(`${declaration.name} is no name of a metric of the hub`);
    const histogram = declaration.kind === "histogram" ? this.#histogram(declaration) : undefined;
    const kept = { declaration, slots: new Map(), readers: new Set<Reader<LabelSets>>() };
    const whole: Kept = histogram ? { ...kept, histogram } : kept;
    this.#kept.set(declaration.name, whole);
    if (!histogram) this.#publish(whole);
    // a rate can be told of a counter only from its zero on
    if (declaration.kind === "counter")
      for (const labels of this.#all(declaration)) this.#slot(whole, labels);
    return whole;
  }

  #histogram({ name, help, labels, buckets }: HistogramDeclaration): prometheus.Histogram {
    const labelNames = Object.keys(labels);
    return new prometheus.Histogram({
      name,
      help,
      labelNames,
      buckets: [...buckets],
      registers: [this.#registry],
    });
  }

  /** Values go over to the library when it is asked, not when they change. */
  #publish(kept: Kept): void {
    const { name, help, labels, kind } = kept.declaration;
    const common = { name, help, labelNames: Object.keys(labels), registers: [this.#registry] };
    const refill = async (metric: Refillable) => {
      const values = await this.#valuesOf(kept);
      metric.reset();
      // without labels a reset is a value, and what could not be read has none
      if (values.length === 0 && common.labelNames.length === 0) metric.remove();
      for (const { labels: own, value } of values) metric.inc(own, value);
    };
    const Published = kind === "counter" ? prometheus.Counter : prometheus.Gauge;
    new Published({
      ...common,
      collect() {
        return refill(this);
      },
    });
  }

  async #valuesOf(kept: Kept): Promise<Slot[]> {
    const sums = new Map([...kept.slots].map(([key, { labels, value }]) => [key, { labels, value }]));
    for (const reader of kept.readers) {
      for (const { labels, value } of await this.#readOut(kept, reader)) {
        const own = this.#closed(kept.declaration, labels);
        const key = Object.values(own).join("\0");
        sums.set(key, { labels: own, value: (sums.get(key)?.value ?? 0) + value });
      }
    }
    return [...sums.values()];
  }

  async #readOut({ declaration }: Kept, reader: Reader<LabelSets>) {
    try {
      return await reader();
    } catch (error) {
      this.#log.debug("metrics.unreadable", { metric: declaration.name, error: (error as Error).name });
      return [];
    }
  }

  #slot<L extends LabelSets>({ declaration, slots }: Kept, labels: Labels<L>): Slot {
    const own = this.#closed(declaration, labels);
    const key = Object.values(own).join("\0");
    const slot = slots.get(key) ?? { labels: own, value: 0 };
    slots.set(key, slot);
    return slot;
  }

  /** In the order of the declaration; what is not in its set becomes `other`. */
  #closed({ labels: sets }: MetricDeclaration, labels: object): Record<string, string> {
    const given = labels as Readonly<Record<string, string>>;
    return Object.fromEntries(
      Object.entries(sets).map(([label, set]) => {
        const value = given[label] ?? OTHER;
        if (set === "about the hub") return [label, value];
        return [label, this.#valuesIn(set).includes(value) ? value : OTHER];
      }),
    );
  }

  #all({ labels }: MetricDeclaration): Record<string, string>[] {
    return Object.entries(labels).reduce<Record<string, string>[]>(
      (rows, [label, set]) =>
        rows.flatMap((row) => this.#valuesIn(set).map((value) => ({ ...row, [label]: value }))),
      [{}],
    );
  }

  #valuesIn(set: LabelSet): readonly string[] {
    if (set === "about the hub") return [];
    return set === "plugin entries" ? this.#entries : set;
  }
}
