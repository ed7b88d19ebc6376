// What every plugin that makes de-identified copies does alike.
import { SiteKeysToken } from "@thalamus/sdk";
import { testSiteKeys } from "@thalamus/sdk/testing";
import { offer, transformContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

transformContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({ services: [offer(SiteKeysToken, testSiteKeys())] }),
});
