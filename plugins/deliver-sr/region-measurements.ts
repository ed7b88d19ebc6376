// Reads the regions and their statistics out of a product's report.json.

/** One region with the statistics of each metric, in the product's units. */
export interface RegionMeasurements {
  readonly id: string;
  /** With the rule that drew it, where the product says it. */
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
 * @param json text of report.json: `{ metrics: [{ id, unit }], regions: [{ id, name, rule, voxels, volumeMl,
 *   metrics: { FA: { mean, … } } }] }`; `metrics` and `rule` may be absent
 * @param units the unit each metric must have, where the report names one
 * @returns none when the report has no regions, else those that have voxels, with the statistics that are numbers
 * @throws UnreadableMeasurements
 */
export function readRegions(json: string, units: ReadonlyMap<string, string>): RegionMeasurements[] {
  const { regions, metrics } = objectAt(parse(json), "the report");
  // another product's report, which has none
  if (regions === undefined) return [];
  if (!Array.isArray(regions)) throw new UnreadableMeasurements("the report has no list of regions");
  if (Array.isArray(metrics)) checkUnits(metrics, units);
  const all = regions.map((region: unknown, index) => {
    const place = index + 1;
    return readRegion(objectAt(region, `region ${place}`), place);
  });
  return all.filter((region) => region !== undefined);
}

/** A number in another unit would be wrong by powers of ten and look right. */
function checkUnits(metrics: readonly unknown[], units: ReadonlyMap<string, string>): void {
  for (const metric of metrics) {
    const { id, unit } = objectAt(metric, "a metric");
    const wanted = typeof id === "string" ? units.get(id) : undefined;
    if (wanted !== undefined && unit !== wanted) {
      throw new UnreadableMeasurements(`the unit of ${String(id)} is not ${wanted}`);
    }
  }
}

function readRegion(region: Fields, place: number): RegionMeasurements | undefined {
  const { id, name, rule, voxels, volumeMl, metrics } = region;
  if (typeof id !== "string" || typeof name !== "string" || typeof volumeMl !== "number") {
    throw new UnreadableMeasurements(`region ${place} has no id, name or volume`);
  }
  if (voxels === 0) return undefined;
  const entries = Object.entries(objectAt(metrics, `the metrics of region ${place}`));
  const statistics = entries.map(
    ([metric, values]) => [metric, numbersOf(objectAt(values, `a metric of region ${place}`))] as const,
  );
  const fullName = typeof rule === "string" ? `${name} (${rule})` : name;
  return { id, name: fullName, volumeMl, metrics: new Map(statistics) };
}

type Fields = Readonly<Record<string, unknown>> & {
  readonly regions?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly rule?: unknown;
  readonly unit?: unknown;
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
