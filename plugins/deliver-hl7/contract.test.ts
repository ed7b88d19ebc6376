// What every delivery does alike.

import { deliverContract, mllpDestination } from "@thalamus/sdk/testing/contracts";
import { afterAll } from "vitest";
import { realServices } from "../../test/support/real-services.ts";
import plugin from "./plugin.ts";

const services = realServices();
afterAll(() => services.http.close());

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    settings: { host: "ris.example" },
    services: services.offered,
    destination: mllpDestination(),
  }),
});
