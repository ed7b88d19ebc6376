// Reads the regions and their statistics out of a product's report.json.

/** One region with the statistics of each metric, in the product's units. */
export interface RegionMeasurements {
  readonly id: string;
  readonly name: string;
  readonly volumeMl: number;
  /** Metric, then statistic: `FA`, `mean`. */
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The file is not what a report must be; the message names the place, not the value. */
export class UnreadableMeasurements extends Error {
  override readonly name = "UnreadableMeasurements";
}

/**
 * @param json text of report.json: `{ regions: [{ id, name, voxels, volumeMl, metrics: { FA: { mean, … } } }] }`
 * @returns regions that have voxels, with the statistics that are numbers
 * @throws UnreadableMeasurements
 */
export function readRegions(json: string): RegionMeasurements[] {
  const { regions } = objectAt(parse(json), "the report");
  if (!Array.isArray(regions)) throw new UnreadableMeasurements("the report has no list of regions");
  const all = regions.map((region: unknown, index) =>
    readRegion(objectAt(region, `region ${index + 1}`), index + 1),
  );
  return all.filter((region) => region !== undefined);
}

function readRegion(region: Fields, place: number): RegionMeasurements | undefined {
  const { id, name, voxels, volumeMl, metrics } = region;
  if (typeof id !== "string" || typeof name !== "string" || typeof volumeMl !== "number") {
    throw new UnreadableMeasurements(`region ${place} has no id, name or volume`);
  }
  if (voxels === 0) return undefined;
  const entries = Object.entries(objectAt(metrics, `the metrics of region ${place}`));
  const statistics = entries.map(
    ([metric, values]) => [metric, numbersOf(objectAt(values, `a metric of region ${place}`))] as const,
  );
  return { id, name, volumeMl, metrics: new Map(statistics) };
}

type Fields = Readonly<Record<string, unknown>> & {
  readonly regions?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly voxels?: unknown;
  readonly volumeMl?: unknown;
  readonly metrics?: unknown;
};

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UnreadableMeasurements("the report is not JSON");
  }
}

function objectAt(value: unknown, place: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new UnreadableMeasurements(`${place} is not an object`);
}

function numbersOf(values: Fields): ReadonlyMap<string, number> {
  const entries = Object.entries(values);
  return new Map(entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}
