// The products of an entry as they are listed: what is installed, what may be ordered, and why something may not.
import type { ProductSight } from "@thalamus/sdk";
import { findProducts } from "./find-product.ts";
import { earlierImages } from "./images/image-history.ts";
import type { Product } from "./product-description.ts";
import { formRefusal } from "./runners/runner-form.ts";
import type { LocalProcessingSettings } from "./settings.ts";

type Listing = Pick<LocalProcessingSettings, "productFolders" | "entitledProducts" | "runner">;

export const isEntitled = ({ entitledProducts }: Pick<Listing, "entitledProducts">, id: string): boolean =>
  entitledProducts?.includes(id) ?? true;

export async function listProducts(settings: Listing): Promise<readonly ProductSight[]> {
  const { products } = await findProducts(settings.productFolders);
  return Promise.all(products.map((product) => sightOf(settings, product)));
}

async function sightOf(settings: Listing, product: Product): Promise<ProductSight> {
  const { id, version, name, summary, intendedUse, license, image, folder } = product;
  const problem = isEntitled(settings, id)
    ? formRefusal(settings.runner, product)
    : "It is not among this site's entitled products.";
  const earlier = (await earlierImages(folder)).flatMap((one) => (one.image ? [one.image] : []));
  return {
    ...{ id, version, name },
    ...(summary === undefined ? {} : { summary }),
    ...(intendedUse === undefined ? {} : { intendedUse }),
    ...(license === undefined ? {} : { license }),
    ...(image ? { image } : {}),
    changeable: settings.runner !== "process",
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(problem === undefined ? {} : { problem }),
  };
}
