// A product's declared numbers as measurement groups, for results that have no regions.
import type { ResultIndex, ResultView } from "@thalamus/sdk";
import { type Dataset, derivedUid } from "@thalamus/sdk/dicom";
import { CODES, type Code, DERIVATIONS, ownCode, QUANTITIES, unitCode } from "./codes.ts";
import {
  codeItem,
  containerItem,
  missingNumberItem,
  numberItem,
  textItem,
  uidItem,
} from "./content-items.ts";

/** An index, with what its name tells where it is made as `region.metric.statistic`. */
interface NamedIndex {
  readonly group: string;
  readonly name: Code;
  readonly unit: Code;
  readonly value: number | null;
  readonly derivation?: Code;
}

/** One group for each region that names of indexes begin with, and one for all others (PS3.16 TID 1501). */
export function indexGroups(result: ResultView): Dataset[] {
  const named = result.indexes.map((index) => namedIndex(index, result.product.id));
  return [...Map.groupBy(named, ({ group }) => group)].map(([group, indexes]) => {
    const trackingUid = derivedUid("index group", `${result.id} ${group}`);
    const tracking = [
      textItem("HAS OBS CONTEXT", CODES.trackingIdentifier, group),
      uidItem("HAS OBS CONTEXT", CODES.trackingUniqueIdentifier, trackingUid),
    ];
    return containerItem(CODES.measurementGroup, [...tracking, ...indexes.map(indexItem)], "1501");
  });
}

/** A standard code needs metric, statistic and unit to be known ones; all else keeps the product's name. */
function namedIndex({ name, value, unit }: ResultIndex, product: string): NamedIndex {
  const [region = "", metric = "", statistic = "", ...more] = name.split(".");
  const quantity = QUANTITIES.get(metric);
  const derivation = DERIVATIONS.get(statistic);
  if (!quantity || !derivation || more.length > 0 || unit !== quantity.productUnit) {
    return { group: product, name: ownCode(name), unit: unitCode(unit), value };
  }
  const standard = value === null ? null : value * quantity.factor;
  return { group: region, name: quantity.name, unit: quantity.unit, value: standard, derivation };
}

function indexItem({ name, unit, value, derivation }: NamedIndex): Dataset {
  const how = derivation ? [codeItem("HAS CONCEPT MOD", CODES.derivation, derivation)] : [];
  if (value === null || !Number.isFinite(value)) return missingNumberItem(name, CODES.valueUnknown, how);
  return numberItem(name, value, unit, how);
}
