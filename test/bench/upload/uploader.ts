// Sends a folder of files as a study through cloud-upload, in a process of its own, so that its memory can be told.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DeidentifiedStudy } from "@thalamus/sdk/host";
import { createHttpClient } from "../../../core/http-client/http-client.ts";
import { withDefaults } from "../../../core/plugins/plugin-settings.ts";
import { cloudOf } from "../../../plugins/cloud-upload/cloud.ts";
import { carryOut } from "../../../plugins/cloud-upload/order/carry-out.ts";
import { CloudUploadSettings } from "../../../plugins/cloud-upload/settings.ts";
import { memoBook, tellingFacts } from "../../../sdk/testing/order-steps.ts";
import { recordingLog } from "../../../sdk/testing/recording-log.ts";
import { recordingMetrics } from "../../../sdk/testing/recording-metrics.ts";

const [folder = "", url = ""] = process.argv.slice(2);

async function instanceOf(path: string) {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  const uids = {
    role: "dicom" as const,
    sopClassUid: "1.2",
    sopInstanceUid: "1.2.3",
    seriesInstanceUid: "1.2.4",
  };
  const facts = { transferSyntaxUid: "1.2.840.10008.1.2.1", modality: "MR" };
  return { ...uids, ...facts, path, bytes: statSync(path).size, sha256: hash.digest("hex") };
}

const names = readdirSync(folder).toSorted();
const instances: Awaited<ReturnType<typeof instanceOf>>[] = [];
for (const name of names) instances.push(await instanceOf(join(folder, name)));
const signal = new AbortController().signal;
const study = new DeidentifiedStudy({
  ...{ id: randomUUID(), revision: 1, format: "dicom", studyInstanceUid: "1.2.3", patientPseudonym: "P-1" },
  manifest: { path: "", bytes: 0, sha256: "" },
  instances: async () => instances,
});
const step = {
  ...{ id: randomUUID(), attempt: 1, round: 1, study, signal, order: { id: "o", product: "x", params: {} } },
  ...{ ...memoBook().parts, ...tellingFacts() },
  ...{ acting: async () => {}, progress: () => {}, workspace: async () => folder },
};
const site = { url, clientId: "edge", clientSecret: "s", generation: "2", privateNetworks: ["127.0.0.0/8"] };
const settings = withDefaults(CloudUploadSettings, site);
const http = createHttpClient();
const keep = {
  put: async () => {},
  get: async () => undefined,
  once: async () => "",
  forget: async () => {},
};
const scope = { settings, http, keep, log: recordingLog(), metrics: recordingMetrics() };

const before = process.memoryUsage().rss;
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 20);
const cpu = process.cpuUsage();
const began = performance.now();
// a pause between two slices is no end
for (;;) {
  const outcome = await carryOut(step, cloudOf(scope), signal);
  if (outcome.kind !== "waiting" || outcome.code !== undefined) throw new Error(JSON.stringify(outcome));
  if (outcome.isSent) break;
}
const seconds = (performance.now() - began) / 1000;
clearInterval(watch);
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(`${JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, before, peak })}\n`);
await http.close();
