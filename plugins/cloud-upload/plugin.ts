// cloud-upload: has studies processed in a cloud; it sends the de-identified copy and brings back the result.
import {
  defineProcess,
  eachStep,
  HttpToken,
  KeepToken,
  LogToken,
  MetricsToken,
  Permanent,
  Transient,
} from "@thalamus/sdk";
import { cloudOf } from "./cloud.ts";
import { numbered } from "./generation.ts";
import { toldFacts } from "./metadata.ts";
import { CloudMetrics } from "./metrics.ts";
import { carryOut } from "./order/carry-out.ts";
import { readMemo } from "./order/memo.ts";
import { CloudUploadSettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";
import { CloudAway, CloudRefusal } from "./trouble.ts";

export default defineProcess({
  name: "cloud-upload",
  title: "Cloud",
  summary: "Sends de-identified studies to a cloud to be processed there, and brings back the results.",
  settings: CloudUploadSettings,
  needs: { http: HttpToken, keep: KeepToken, log: LogToken, metrics: MetricsToken },
  metrics: Object.values(CloudMetrics),
  takes: "deidentified",
  // an order has a key, an upload goes on where it was, and a result is fetched as often as one likes
  onInterrupted: "repeat",
  settingsProblems: ({ settings }) => settingsProblems(settings),
  products: async ({ products }) => Object.keys(products),
  tells: (settings) => toldFacts(settings),
  process: (steps$, scope) =>
    steps$.pipe(eachStep((step, signal) => carryOut(step, cloudOf(scope), signal), { width: STEPS_IN_HAND })),
  withdraw: async ({ memo }, scope, signal) => {
    const order = readMemo(memo)?.order;
    if (order === undefined) return;
    try {
      await numbered(cloudOf(scope), order.generation).withdraw(order, signal);
    } catch (error) {
      if (error instanceof CloudAway) throw new Transient(error.code, error.message, error.afterMs);
      if (error instanceof CloudRefusal) throw new Permanent("cloud-upload.refused", error.message);
      throw error;
    }
  },
});

/** As many as the hub hands out. */
const STEPS_IN_HAND = 4;
