// What every delivery does alike, against a real mail server.
import { deliverContract } from "@thalamus/sdk/testing/contracts";
import { mailDestination } from "../../test/support/mail-destination.ts";
import plugin from "./plugin.ts";

deliverContract(plugin, {
  folder: import.meta.dirname,
  open: async () => {
    const destination = await mailDestination();
    return { settings: destination.settings, destination };
  },
});
