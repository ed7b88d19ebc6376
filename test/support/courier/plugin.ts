// Sends studies out, to a folder that stands for the outside, and brings back what the outside says about them.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  defineProcess,
  eachStep,
  type OutboundStep,
  processed,
  type ResultFile,
  type ResultSubject,
  Settings,
  Type,
} from "@thalamus/sdk";
import { readFileHeader, Tag } from "@thalamus/sdk/dicom";

/** Holds the name of a folder of the outbox: from then on the outside answers about that study. */
const MIX_UP = "mix-up";

export default defineProcess({
  name: "courier",
  title: "Courier",
  summary: "Sends copies to a folder and brings back what it says about them.",
  settings: Settings({
    outbox: Type.String({ title: "Outbox", description: "Absolute path of the folder that is outside." }),
  }),
  needs: {},
  takes: "deidentified",
  onInterrupted: "repeat",
  process: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(async (step) => {
        const folder = join(settings.outbox, step.study.id);
        await step.acting();
        await mkdir(folder, { recursive: true });
        const instances = await step.study.instances();
        for (const [index, { path }] of instances.entries())
          await copyFile(path, join(folder, `${index}.dcm`));
        await copyFile(step.study.manifest.path, join(folder, "manifest.json"));
        const about = await readFile(join(settings.outbox, MIX_UP), "utf8").catch(() => step.study.id);
        const product = { id: step.order.product, version: "1.0.0" };
        const subject = await subjectOf(join(settings.outbox, about.trim()));
        const files = [await reportOf(step)];
        return processed({ kind: "diagnostic", product, files, indexes: [], warnings: [], subject });
      }),
    ),
});

/** What arrived outside, read there: not what the step says. */
async function subjectOf(folder: string): Promise<ResultSubject> {
  const [file] = (await readdir(folder)).filter((name) => name.endsWith(".dcm"));
  const { dataset } = await readFileHeader(join(folder, file!));
  return {
    studyInstanceUid: dataset.ascii(Tag.StudyInstanceUID) ?? "",
    patientPseudonym: dataset.ascii(Tag.PatientID) ?? "",
  };
}

/** An empty page. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

async function reportOf(step: OutboundStep): Promise<ResultFile> {
  const path = join(await step.workspace(), "report.pdf");
  await writeFile(path, PDF);
  const sha256 = createHash("sha256").update(PDF).digest("hex");
  return { name: "report", path, mediaType: "application/pdf", bytes: PDF.length, sha256 };
}
