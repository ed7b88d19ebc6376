// Finds products in the product folders: each is a folder with a product.json.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BrokenDescription, type Product, parseDescription } from "./product-description.ts";

/** The products that come with the hub. */
const OWN_PRODUCTS = join(import.meta.dirname, "products");

/** A folder that was passed by because its product.json breaks the contract. */
export interface RefusedProduct {
  readonly folder: string;
  readonly problem: string;
}

export interface FoundProducts {
  /** Each id once. */
  readonly products: readonly Product[];
  readonly refused: readonly RefusedProduct[];
}

/**
 * Looks in the folders in turn, then among the products that come with the hub; the first with an id counts.
 * Nothing is remembered: a product can be added or replaced while the hub runs.
 * @param folders absolute; one that is missing is passed by
 */
export async function findProducts(folders: readonly string[]): Promise<FoundProducts> {
  const products = new Map<string, Product>();
  const refused: RefusedProduct[] = [];
  for (const parent of [...folders, OWN_PRODUCTS]) {
    for (const folder of await subfolders(parent)) {
      const text = await readFile(join(folder, "product.json"), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      try {
        const description = parseDescription(text);
        if (!products.has(description.id)) products.set(description.id, { ...description, folder });
      } catch (error) {
        if (!(error instanceof BrokenDescription)) throw error;
        refused.push({ folder, problem: error.message });
      }
    }
  }
  return { products: [...products.values()], refused };
}

async function subfolders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  return names.sort().map((name) => join(parent, name));
}
