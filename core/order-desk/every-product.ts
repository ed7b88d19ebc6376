// Stands in where the hub has no organisations: every product it runs may be ordered, and no use is counted.
import type { CloudAccess } from "@thalamus/sdk";

export function everyProduct(
  products: ReadonlyMap<string, unknown>,
): Pick<CloudAccess, "productNamed" | "countUse"> {
  return {
    productNamed: async (_organisation, name) => (products.has(name) ? name : undefined),
    countUse: async () => true,
  };
}
