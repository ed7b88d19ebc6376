// What every delivery does alike.
import { TemplatesToken } from "@thalamus/sdk";
import { plainTemplates } from "@thalamus/sdk/testing";
import { deliverContract, mllpDestination, offer } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    settings: { host: "ris.example" },
    services: [offer(TemplatesToken, plainTemplates())],
    destination: mllpDestination(),
  }),
});
