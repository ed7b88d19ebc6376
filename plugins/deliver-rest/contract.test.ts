// What every delivery does alike.
import { deliverContract, httpDestination } from "@thalamus/sdk/testing/contracts";
import { afterAll } from "vitest";
import { realServices } from "../../test/support/real-services.ts";
import plugin from "./plugin.ts";

const services = realServices();
afterAll(() => services.http.close());

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: async () => {
    const destination = await httpDestination();
    const settings = { url: `${destination.url}/reports`, privateNetworks: ["127.0.0.0/8"] };
    return { settings, destination, services: services.offered };
  },
});
