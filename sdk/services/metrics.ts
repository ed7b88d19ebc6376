// Numbers for monitoring: declared once, with labels from closed sets, so that there are few and none names anybody.

/**
 * The values a label may have; "plugin entries" stands for the names in the site's configuration, "about the hub"
 * for the one value it has for this process (for core only). Anything else is counted as `other`. Nothing that a sender chooses belongs here: no AE title, no UID, no address.
 */
export type LabelSet = readonly string[] | "plugin entries" | "about the hub";
export type LabelSets = Readonly<Record<string, LabelSet>>;
/** One value for each label. */
export type Labels<L extends LabelSets> = { readonly [K in keyof L]: string };

interface Metric<L extends LabelSets> {
  /** `thalamus_…` in snake case, with its unit at the end; a plugin's own begin with its name. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly labels: L;
}

/** Grows only, from 0 at the start of the hub; its name ends in `_total`. */
export interface CounterDeclaration<L extends LabelSets = LabelSets> extends Metric<L> {
  readonly kind: "counter";
}

/** Goes up and down. */
export interface GaugeDeclaration<L extends LabelSets = LabelSets> extends Metric<L> {
  readonly kind: "gauge";
}

/** How values are spread. */
export interface HistogramDeclaration<L extends LabelSets = LabelSets> extends Metric<L> {
  readonly kind: "histogram";
  /** Upper bounds, ascending; +Inf is added. */
  readonly buckets: readonly number[];
}

export type MetricDeclaration = CounterDeclaration | GaugeDeclaration | HistogramDeclaration;

type Words<D, L extends LabelSets> = Omit<D, "kind" | "labels"> & { readonly labels?: L };

export type NoLabels = Readonly<Record<never, never>>;

export const declareCounter = <const L extends LabelSets = NoLabels>(
  words: Words<CounterDeclaration, L>,
): CounterDeclaration<L> => ({ labels: {} as L, ...words, kind: "counter" });

export const declareGauge = <const L extends LabelSets = NoLabels>(
  words: Words<GaugeDeclaration, L>,
): GaugeDeclaration<L> => ({ labels: {} as L, ...words, kind: "gauge" });

export const declareHistogram = <const L extends LabelSets = NoLabels>(
  words: Words<HistogramDeclaration, L>,
): HistogramDeclaration<L> => ({ labels: {} as L, ...words, kind: "histogram" });

/** A plain number that grows; adding to it costs nothing worth mentioning. */
export interface Count {
  add(by?: number): void;
}

export interface Counter<L extends LabelSets> {
  /** The number under these labels. Where it is counted often, ask once and keep it. */
  of(labels: Labels<L>): Count;
}

export interface Histogram<L extends LabelSets> {
  observe(labels: Labels<L>, value: number): void;
}

/** A value that is read when somebody asks. */
export interface Reading<L extends LabelSets> {
  readonly labels: Labels<L>;
  readonly value: number;
}

export type Reader<L extends LabelSets> = () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>;

export interface Metrics {
  /** The same declaration gives the same counter, so that two entries of one plugin add up. */
  counter<L extends LabelSets>(declaration: CounterDeclaration<L>): Counter<L>;
  histogram<L extends LabelSets>(declaration: HistogramDeclaration<L>): Histogram<L>;
  /**
   * Asks for values at each scrape instead of counting them. Several readers of one declaration add up; one that
   * throws leaves its values out.
   * @returns ends the reading
   */
  read<L extends LabelSets>(
    declaration: GaugeDeclaration<L> | CounterDeclaration<L>,
    reader: Reader<L>,
  ): () => void;
}
