// process-template: makes a result that counts the instances of a study.
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  defineProcess,
  eachStep,
  Permanent,
  type ProcessStep,
  processed,
  type ResultFile,
  Settings,
  Type,
} from "@thalamus/sdk";

const PRODUCT = { id: "instance-count", version: "0.1.0" };

export const TemplateSettings = Settings({
  width: Type.Integer({
    title: "Orders at once",
    description: "How many orders are worked on at the same time.",
    minimum: 1,
    default: 1,
  }),
});

export default defineProcess({
  name: "process-template",
  title: "Template",
  summary: "Counts the instances of a study.",
  settings: TemplateSettings,
  needs: {},
  // "deidentified" for a plugin that sends studies out of the house
  takes: "received",
  // a second run does the same in a folder of its own
  onInterrupted: "repeat",
  process: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          if (step.order.product !== PRODUCT.id) {
            throw new Permanent("process-template.unknown-product", "This plugin has no such product.");
          }
          const { length } = await step.study.instances();
          signal.throwIfAborted();
          step.progress(0.5, "counted");
          const file = await writeResult(step, `${length} instances\n`);
          const indexes = [{ name: "instances", value: length, unit: "" }];
          return processed({ kind: "diagnostic", product: PRODUCT, files: [file], indexes, warnings: [] });
        },
        { width: settings.width },
      ),
    ),
});

async function writeResult(step: ProcessStep, text: string): Promise<ResultFile> {
  const path = join(await step.workspace(), "summary.txt");
  await writeFile(path, text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { name: "summary", path, mediaType: "text/plain", bytes: Buffer.byteLength(text), sha256 };
}
