// What every plugin that turns orders into results does alike.
import { join } from "node:path";
import { processContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";
import { installProduct, PROBE } from "./testing/product-program.ts";

processContract(plugin, {
  folder: import.meta.dirname,
  open: async (scratch) => {
    const products = join(scratch, "products");
    await installProduct(
      products,
      `say({ type: "progress", value: 0.5, stage: "half" }); report(); finish();`,
    );
    return { settings: { productFolders: [products] }, order: { product: PROBE.id } };
  },
});
