// Lays out the input folder of a run: job.json and the series of the study, links to received files where that will do.
import { chmod, copyFile, link, lstat, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ProcessStep, StoredInstance } from "@thalamus/sdk";
import { EXPLICIT_VR_LITTLE_ENDIAN } from "@thalamus/sdk/dicom";
import { studyLabel } from "@thalamus/sdk/reports";
import { ownFailure } from "./failure.ts";
import { CONTRACT, kindsOf, modalitiesOf, type Product } from "./product-description.ts";
import { subjectOf } from "./subject.ts";
import { transcodeFiles } from "./transcode-files.ts";
import type { Transcoding } from "./transcode-thread.ts";

/** A hard link cannot be made there: another volume, or a file system without links. */
const NO_LINK = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** A received file that the input folder shares with the hub. */
export interface LinkedFile {
  readonly path: string;
  readonly inode: number;
  readonly bytes: number;
  /** Milliseconds since 1970, with fractions. */
  readonly modified: number;
}

const KINDS = { dicom: "dicom-series", nifti: "nifti-bval-bvec" } as const;

type Series = readonly StoredInstance[];

/** A series in the input folder: files that are there, and files that are still to be made. */
interface StagedSeries {
  readonly linked: readonly LinkedFile[];
  readonly unmade: readonly Transcoding[];
}

/**
 * Fills `folder` with `job.json` and `series/NNNN/NNNNNN.dcm`, all in Explicit VR Little Endian and uncompressed: objects
 * in another transfer syntax are written anew. job.json has no name, number, date or UID of the study. The image of a NIfTI study lies in `series/NNNN/000001.nii` or `.nii.gz`, its table and sidecar beside it.
 * @returns the files that are hard links to received ones, for `changedFiles` after the run
 * @throws ProcessingFailure `local-processing.no-input` when no series has a modality the product takes, and those of
 *   `transcodeFiles`
 */
export async function stageInput(
  step: ProcessStep,
  product: Product,
  folder: string,
): Promise<readonly LinkedFile[]> {
  const kind = KINDS[step.study.format];
  if (!kindsOf(product).has(kind)) {
    throw ownFailure("local-processing.no-input", `The product takes no series of kind ${kind}.`);
  }
  const wanted = modalitiesOf(product);
  const instances = (await step.study.instances()).filter(({ modality }) => wanted.has(modality));
  if (instances.length === 0) {
    throw ownFailure("local-processing.no-input", `The study has no series of ${[...wanted].join(" or ")}.`);
  }
  const linked: LinkedFile[] = [];
  const unmade: Transcoding[] = [];
  const listed: object[] = [];
  for (const series of Map.groupBy(instances, ({ seriesInstanceUid }) => seriesInstanceUid).values()) {
    step.signal.throwIfAborted();
    const id = String(listed.length + 1).padStart(4, "0");
    const path = `series/${id}`;
    const staged = await stageSeries(series, join(folder, path));
    linked.push(...staged.linked);
    unmade.push(...staged.unmade);
    listed.push({ id, path, kind, ...describe(series) });
  }
  if (unmade.length > 0) step.progress(0, "input");
  await transcodeFiles(unmade, step.signal);
  const job = jobOf(step, product, listed);
  await writeFile(join(folder, "job.json"), `${JSON.stringify(job, null, 1)}\n`, { mode: 0o400 });
  return linked;
}

/**
 * Counts the received files that were written to since they were linked; a product must only read them. One
 * that the hub has replaced or removed meanwhile does not count.
 */
export async function changedFiles(linked: readonly LinkedFile[]): Promise<number> {
  let changed = 0;
  for (const { path, inode, bytes, modified } of linked) {
    const sight = await lstat(path).catch(() => undefined);
    if (sight?.ino === inode && (sight.size !== bytes || sight.mtimeMs !== modified)) changed += 1;
  }
  return changed;
}

/** Image, table and sidecar of a NIfTI series have one name, as converters write them. */
function stagedName({ role, path }: StoredInstance, number: number): string {
  if (role === "dicom") return `${String(number).padStart(6, "0")}.dcm`;
  return `000001${basename(path).replace(/^[^.]*/, "")}`;
}

async function stageSeries(series: Series, folder: string): Promise<StagedSeries> {
  await mkdir(folder, { recursive: true });
  const linked: LinkedFile[] = [];
  const unmade: Transcoding[] = [];
  for (const [index, instance] of series.entries()) {
    const { path } = instance;
    const target = join(folder, stagedName(instance, index + 1));
    if (mustBeTranscoded(instance)) unmade.push({ source: path, target });
    else if (await linkOrCopy(path, target)) {
      const { ino, size, mtimeMs } = await lstat(target);
      linked.push({ path, inode: ino, bytes: size, modified: mtimeMs });
    }
  }
  return { linked, unmade };
}

const mustBeTranscoded = ({ role, transferSyntaxUid }: StoredInstance): boolean =>
  role === "dicom" && transferSyntaxUid !== EXPLICIT_VR_LITTLE_ENDIAN;

/** @returns whether it is a link; its mode is left alone, because the received file has the same one */
async function linkOrCopy(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  await copyFile(path, target);
  await chmod(target, 0o400);
  return false;
}

/** The description stays empty: SeriesDescription (0008,103E) is free text and can hold a name. */
function describe(series: Series): object {
  const [{ role, modality } = { role: "dicom", modality: "" }] = series;
  const transferSyntax = role === "dicom" ? EXPLICIT_VR_LITTLE_ENDIAN : "";
  return { modality, description: "", files: series.length, transferSyntax };
}

function jobOf({ order, attempt, study }: ProcessStep, product: Product, series: readonly object[]): object {
  return {
    contract: CONTRACT,
    jobId: order.id,
    attempt,
    product: product.id,
    params: order.params,
    subject: subjectOf(study.identity.reveal()),
    study: { label: studyLabel(study.id) },
    series,
    requested: product.outputs.map(({ name }) => name),
  };
}
