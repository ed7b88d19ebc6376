// signs of life for the cloud, as the settings allow and the hub words them.
import { type Heartbeats, Permanent } from "@thalamus/sdk";
import { type CloudScope, cloudOf } from "./cloud.ts";
import { generationOf } from "./generation.ts";
import { CloudCalls } from "./generation-2/calls.ts";
import type { CloudNeeds } from "./needs.ts";
import type { CloudUploadSettings } from "./settings.ts";
import { inHubWords } from "./trouble.ts";

export const heartbeats: Heartbeats<typeof CloudUploadSettings, CloudNeeds> = {
  plan: ({ heartbeat: { enabled, minutes, machine, orders, health } }) =>
    enabled ? { everyMinutes: minutes, machine, orders, health } : undefined,
  send: async (heartbeat, scope: CloudScope, signal) => {
    const cloud = cloudOf(scope);
    const { number } = await generationOf(cloud, signal).catch(inHubWords);
    if (number === 1) {
      throw new Permanent(
        "cloud-upload.no-heartbeat",
        "The cloud speaks generation 1, which has no heartbeat.",
      );
    }
    await new CloudCalls(cloud).heartbeat(heartbeat, signal).catch(inHubWords);
  },
};
