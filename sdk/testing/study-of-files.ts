// Steps for tests of plugins: a study made of DICOM files on disk, as the hub would hand it over.
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastValueFrom, of } from "rxjs";
import { DeidentifiedStudy } from "../deidentified-study.ts";
import { derivedUid, EMPTY_IDENTITY, identityOfDataset, readFileHeader, Tag } from "../dicom/index.ts";
import type { Needs, Scope, StepWork } from "../kinds/declaration.ts";
import type { Outcome } from "../outcome.ts";
import { Phi } from "../phi.ts";
import type { SettingsSchema } from "../settings.ts";
import type {
  CheckStep,
  DeliverStep,
  ReceivedStudy,
  ResultArtifact,
  ResultView,
  StepBase,
  StoredInstance,
  StudyIdentity,
} from "../step.ts";

/** @param files absolute paths of PS3.10 files of one study */
export async function studyOfFiles(
  files: readonly string[],
  identity: Partial<StudyIdentity> = {},
): Promise<ReceivedStudy> {
  const headers = await Promise.all(files.map((file) => readFileHeader(file)));
  const instances = await Promise.all(files.map((file, index) => storedInstance(file, headers[index]!)));
  const first = headers[0]?.dataset;
  const boxed = new Phi({ ...(first ? identityOfDataset(first) : EMPTY_IDENTITY), ...identity });
  const study = { id: randomUUID(), revision: 1, format: "dicom", supplied: [] } as const;
  return { ...study, identity: boxed, instances: async () => instances };
}

/**
 * A de-identified study for plugins that send studies out: the files of a received one under other names. Nothing is
 * taken out of them; what such a plugin does with their content is not looked at here.
 * @param folder where the manifest would be
 */
export function copyOfStudy(study: ReceivedStudy, folder: string): DeidentifiedStudy {
  const { revision, format } = study;
  return new DeidentifiedStudy({
    ...{ id: randomUUID(), revision, format },
    studyInstanceUid: derivedUid("copy of a study", study.id),
    patientPseudonym: `P-${study.id.slice(0, 8)}`,
    manifest: { path: join(folder, "manifest.json"), bytes: 0, sha256: "0".repeat(64) },
    instances: async () =>
      (await study.instances()).map(({ sopInstanceUid, seriesInstanceUid, ...rest }) => ({
        ...rest,
        sopInstanceUid: derivedUid("copy of an instance", sopInstanceUid),
        seriesInstanceUid: derivedUid("copy of a series", seriesInstanceUid),
      })),
  });
}

async function storedInstance(
  path: string,
  { dataset, transferSyntax }: Awaited<ReturnType<typeof readFileHeader>>,
): Promise<StoredInstance> {
  const bytes = await readFile(path);
  return {
    role: "dicom",
    sopClassUid: dataset.ascii(Tag.SOPClassUID) ?? "",
    sopInstanceUid: dataset.ascii(Tag.SOPInstanceUID) ?? "",
    seriesInstanceUid: dataset.ascii(Tag.SeriesInstanceUID) ?? "",
    transferSyntaxUid: transferSyntax.uid,
    modality: dataset.ascii(Tag.Modality) ?? "",
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    path,
  };
}

/** How often a step said that it is about to act outside. */
export interface ActingCount {
  acted: number;
}

export function checkStepOf(
  study: ReceivedStudy,
  signal = new AbortController().signal,
): CheckStep & ActingCount {
  const step = {
    id: randomUUID(),
    attempt: 1,
    study,
    signal,
    acted: 0,
    acting: async () => {
      step.acted += 1;
    },
    progress: () => {},
    workspace: () => mkdtemp(join(tmpdir(), "thalamus-step-")),
  };
  return step;
}

/** @param id of the step; the same for a repeat of it */
export function deliverStepOf(
  study: ReceivedStudy,
  result: ResultView,
  id: string = randomUUID(),
): DeliverStep & ActingCount {
  return Object.assign(checkStepOf(study), { id, result });
}

export function resultOf(artifacts: readonly ResultArtifact[], view: Partial<ResultView> = {}): ResultView {
  return {
    id: randomUUID(),
    orderId: randomUUID(),
    kind: "diagnostic",
    product: { id: "dti-metrics", version: "0.1.0" },
    createdAt: new Date("2024-04-12T12:30:00Z"),
    artifacts,
    indexes: [],
    warnings: [],
    ...view,
  };
}

/** An artifact of a file that is there. */
export async function artifactOf(name: string, mediaType: string, path: string): Promise<ResultArtifact> {
  const bytes = await readFile(path);
  return {
    name,
    mediaType,
    path,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** Runs one step through a plugin and waits for how it ends. */
export async function outcomeOf<Step extends StepBase, S extends SettingsSchema, N extends Needs>(
  work: StepWork<Step, S, N>,
  step: Step,
  scope: Scope<S, N>,
): Promise<Outcome> {
  const { outcome } = await lastValueFrom(work(of(step), scope));
  return outcome;
}
