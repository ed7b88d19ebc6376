// What every delivery does alike.
import { archiveDestination, deliverContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    settings: { host: "pacs.example", calledAe: "PACS" },
    destination: archiveDestination(),
  }),
});
