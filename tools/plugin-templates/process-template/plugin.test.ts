// What every plugin that turns orders into results does alike.
import { processContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

processContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({ order: { product: "instance-count" } }),
});
