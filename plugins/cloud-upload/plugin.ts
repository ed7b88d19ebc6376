// cloud-upload: has studies processed in a cloud; it sends the de-identified copy and brings back the result.
import { defineProcess, eachStep } from "@thalamus/sdk";
import { cloudOf } from "./cloud.ts";
import { externalOrders } from "./external-orders.ts";
import { followingAccount } from "./following-account.ts";
import { numbered } from "./generation.ts";
import { heartbeats } from "./heartbeats.ts";
import { toldFacts } from "./metadata.ts";
import { CloudMetrics } from "./metrics.ts";
import { needs } from "./needs.ts";
import { carryOut } from "./order/carry-out.ts";
import { readMemo } from "./order/memo.ts";
import { probeCloud, refreshToken } from "./probe.ts";
import { CloudUploadSettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";
import { inHubWords } from "./trouble.ts";

export default defineProcess({
  name: "cloud-upload",
  title: "Cloud",
  summary: "Sends de-identified studies to a cloud to be processed there, and brings back the results.",
  settings: CloudUploadSettings,
  needs,
  metrics: Object.values(CloudMetrics),
  takes: "deidentified",
  formats: ["dicom", "nifti"],
  // an order has a key, an upload goes on where it was, and a result is fetched as often as one likes
  onInterrupted: "repeat",
  settingsProblems: ({ settings }) => settingsProblems(settings),
  products: async ({ products }) => Object.keys(products),
  tells: (settings) => toldFacts(settings),
  process: (steps$, scope) =>
    steps$.pipe(eachStep((step, signal) => carryOut(step, cloudOf(scope), signal), { width: STEPS_IN_HAND })),
  probe: (scope, signal) => probeCloud(cloudOf(scope), signal),
  actions: [
    {
      id: "refresh-token",
      label: "Refresh Token",
      run: (scope, signal) => refreshToken(cloudOf(scope), signal),
    },
  ],
  heartbeats,
  externalOrders,
  followingAccount,
  withdraw: async ({ memo }, scope, signal) => {
    const order = readMemo(memo)?.order;
    if (order === undefined) return;
    await numbered(cloudOf(scope), order.generation).withdraw(order, signal).catch(inHubWords);
  },
});

/** As many as the hub hands out. */
const STEPS_IN_HAND = 4;
