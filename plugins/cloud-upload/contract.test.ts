// What every plugin that turns orders into results does alike, and what every one that sends studies out does.

import { HttpToken, KeepToken } from "@thalamus/sdk";
import { offer, processContract } from "@thalamus/sdk/testing/contracts";
import { afterAll } from "vitest";
import { realServices } from "../../test/support/real-services.ts";
import plugin from "./plugin.ts";
import { MemoryKeep } from "./testing/edge-bench.ts";
import { HostileCloud } from "./testing/hostile-cloud.ts";

const { http } = realServices();
const cloud = await HostileCloud.start();
afterAll(async () => {
  await http.close();
  await cloud[Symbol.asyncDispose]();
});

processContract(plugin, {
  folder: import.meta.dirname,
  open: () => ({
    settings: {
      ...{ url: cloud.url, clientId: "edge", clientSecret: "s3cret", privateNetworks: ["127.0.0.0/8"] },
      ...{ pollSeconds: 0.1, longestPollSeconds: 0.2 },
    },
    services: [offer(HttpToken, http), offer(KeepToken, new MemoryKeep())],
    order: { product: "far-away" },
  }),
});
