// A process plugin that does next to nothing: reads the study, goes through "acting", brings one small file.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineProcess, eachStep, type ProcessStep, processed, Settings, Transient } from "@thalamus/sdk";

export default defineProcess({
  name: "probe",
  title: "Probe",
  summary: "Counts the instances of a study.",
  settings: Settings({}),
  needs: {},
  takes: "received",
  onInterrupted: "repeat",
  process: (steps$) => steps$.pipe(eachStep(count, { width: 2 })),
});

async function count(step: ProcessStep) {
  const { length } = await step.study.instances();
  await step.acting();
  const text = `${length}\n`;
  const path = join(await step.workspace(), "count.txt");
  // the disk may be full, and is not for ever
  await writeFile(path, text).catch(() => {
    throw new Transient("step.unreadable", "The file could not be written.");
  });
  const sha256 = createHash("sha256").update(text).digest("hex");
  const file = { name: "report", path, mediaType: "text/plain", bytes: text.length, sha256 };
  return processed({
    kind: "diagnostic",
    product: { id: "probe", version: "1" },
    files: [file],
    indexes: [],
    warnings: [],
  });
}
