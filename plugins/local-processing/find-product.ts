// Finds a product among the product folders and reads its product.json (contract hub.product/1).
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Static, Type } from "@thalamus/sdk";
import { Check } from "typebox/value";

export const CONTRACT = "hub.product/1";

/** The products that come with the hub. */
const OWN_PRODUCTS = join(import.meta.dirname, "products");
const UNITS = { "": 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
const Size = Type.String({ pattern: "^\\d{1,6}(Ki|Mi|Gi|Ti)?$" });

const Output = Type.Object({
  /** Artifact name; with a `*` in the path it is followed by the file's base name. */
  name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" }),
  /** Relative to the output folder, with forward slashes; `*` stands for anything but a slash. */
  path: Type.String({ minLength: 1 }),
  mediaType: Type.String({ minLength: 3, maxLength: 100 }),
  required: Type.Boolean(),
});

const Input = Type.Object({
  kinds: Type.Optional(Type.Array(Type.String())),
  modality: Type.Optional(Type.Array(Type.String())),
});

const ProductDescription = Type.Object({
  contract: Type.Literal(CONTRACT),
  id: Type.String({ pattern: "^[a-z][a-z0-9-]{0,62}$" }),
  version: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  command: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  inputs: Type.Optional(Type.Array(Input)),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  outputs: Type.Array(Output),
  resources: Type.Object({
    memory: Size,
    disk: Type.Optional(Size),
    timeoutSeconds: Type.Number({ exclusiveMinimum: 0 }),
  }),
});

export type ProductOutput = Static<typeof Output>;

/** An installed product: what its product.json says, and where it is. */
export interface Product extends Static<typeof ProductDescription> {
  /** Absolute; the product's working directory. */
  readonly folder: string;
}

/** What `findProduct` found, and the folders it passed by because their product.json breaks the contract. */
export interface FoundProduct {
  readonly product: Product | undefined;
  readonly refused: readonly string[];
}

/**
 * Looks in the folders in turn, then among the products that come with the hub; the first with the id counts.
 * Nothing is remembered: a product can be added or replaced while the hub runs.
 * @param folders absolute; one that is missing is passed by
 */
export async function findProduct(id: string, folders: readonly string[]): Promise<FoundProduct> {
  const refused: string[] = [];
  for await (const { folder, product } of productsIn(folders)) {
    if (product?.id === id) return { product, refused };
    if (!product) refused.push(folder);
  }
  return { product: undefined, refused };
}

/** The ids of all products that `findProduct` would find, each once. */
export async function productIds(folders: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { product } of productsIn(folders)) if (product) ids.add(product.id);
  return [...ids];
}

/** Every folder with a product.json; without a product where that breaks the contract. */
async function* productsIn(folders: readonly string[]) {
  for (const parent of [...folders, OWN_PRODUCTS]) {
    for (const folder of await subfolders(parent)) {
      const text = await readFile(join(folder, "product.json"), "utf8").catch(() => undefined);
      if (text !== undefined) yield { folder, product: parse(text, folder) };
    }
  }
}

async function subfolders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  return names.sort().map((name) => join(parent, name));
}

function parse(text: string, folder: string): Product | undefined {
  try {
    const description: unknown = JSON.parse(text);
    return Check(ProductDescription, description) ? { ...description, folder } : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of a size as product.json writes it: `512Mi`, `6Gi`, or a plain number of bytes. */
export function bytesOf(size: string): number {
  const [, count = "0", unit = ""] = /^(\d+)(\w*)$/.exec(size) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** Kinds of series a product takes: `dicom-series`, `nifti-bval-bvec`; DICOM when it does not say. */
export function kindsOf(product: Product): ReadonlySet<string> {
  const named = (product.inputs ?? []).flatMap(({ kinds }) => kinds ?? []);
  return new Set(named.length > 0 ? named : ["dicom-series"]);
}

/** Modalities a product takes; MR when it does not say. */
export function modalitiesOf(product: Product): ReadonlySet<string> {
  const named = (product.inputs ?? []).flatMap(({ modality }) => modality ?? []);
  return new Set(named.length > 0 ? named : ["MR"]);
}
