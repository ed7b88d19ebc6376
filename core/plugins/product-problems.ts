// Finds products that the configuration names for values of route.productTag and that nothing here can run.
import { type ConfigProblem, readablePath } from "../config/config-problem.ts";
import type { LoadedConfig } from "../config/load-config.ts";

/** @param products all that can be run, by name */
export function productTagProblems(
  { config, lineOf }: LoadedConfig,
  products: ReadonlyMap<string, unknown>,
): ConfigProblem[] {
  const known = [...products.keys()].sort().join(", ") || "none";
  return Object.entries(config.route.productTag?.values ?? {}).flatMap(([value, names]) =>
    names.flatMap((name, index) => {
      if (products.has(name)) return [];
      const escaped = value.replaceAll("~", "~0").replaceAll("/", "~1");
      const pointer = `/route/productTag/values/${escaped}/${index}`;
      const message = `no plugin entry runs a product named "${name}"; there are: ${known}`;
      return [{ path: readablePath(pointer), line: lineOf(pointer), message }];
    }),
  );
}
