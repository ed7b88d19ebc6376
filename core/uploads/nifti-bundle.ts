// Puts the files of a NIfTI upload together: each image with its gradient table and its sidecar.
import { derivedUid } from "@thalamus/sdk/dicom";
import type { NiftiFile } from "../intake/nifti-writer.ts";
import type { NiftiImage } from "./nifti-image.ts";
import { type Problems, UploadRefusal } from "./upload-problem.ts";

/** A file of the upload and the name it shares with those that belong to it; the name is used for nothing else. */
interface Named {
  readonly position: number;
  /** Path without its ending, in lower case. */
  readonly base: string;
}

export interface FoundImage extends Named, NiftiImage {
  readonly gzipped: boolean;
}

export interface FoundTable extends Named {
  /** Numbers in each row: one row of a .bval, three of a .bvec (FSL's format). */
  readonly rows: readonly number[];
}

export interface FoundSidecar extends Named {
  readonly values: Readonly<Record<string, unknown>>;
}

export interface FoundNifti {
  readonly images: readonly FoundImage[];
  readonly bvals: readonly FoundTable[];
  readonly bvecs: readonly FoundTable[];
  readonly sidecars: readonly FoundSidecar[];
}

/** What is kept of each file of the upload; one sidecar may serve several images. */
export type NiftiPlan = ReadonlyMap<number, readonly NiftiFile[]>;

/** What some programs write for the direction of a volume without weighting. */
const NO_DIRECTION = /^[+-]?nan$/i;

/** Lengths of the rows of a gradient table; undefined when anything in it is no number. */
export function tableRows(text: string, kind: "bval" | "bvec"): number[] | undefined {
  const rows = text.split(/\r?\n/).map((line) => line.split(/[\s,]+/).filter(Boolean));
  const filled = rows.filter((row) => row.length > 0);
  const isNumber = (token: string) =>
    Number.isFinite(Number(token)) || (kind === "bvec" && NO_DIRECTION.test(token));
  if (!filled.flat().every(isNumber)) return undefined;
  return filled.map((row) => row.length);
}

/**
 * Decides which file belongs to which.
 * @param problems gets a warning when names differ and only the numbers fit
 * @throws UploadRefusal `upload.nifti-incomplete` that says what is missing, or `upload.nifti-mismatch`
 */
export function planBundles(found: FoundNifti, problems: Problems): NiftiPlan {
  const plan = new Map<number, NiftiFile[]>();
  const studyInstanceUid = studyUidOf(found.images);
  const add = (position: number, file: NiftiFile) =>
    plan.set(position, [...(plan.get(position) ?? []), file]);
  for (const image of found.images) {
    const bval = partnerOf(image, found.bvals, found, "a .bval", problems);
    const bvec = partnerOf(image, found.bvecs, found, "a .bvec", problems);
    const sidecar = sidecarOf(image, found);
    checkTable(image, bval, bvec);
    const seriesInstanceUid = derivedUid("nifti series", image.sha256);
    const named = (role: string, ending: NiftiFile["ending"]): NiftiFile => {
      const sopInstanceUid = derivedUid(`nifti ${role}`, image.sha256);
      return { studyInstanceUid, seriesInstanceUid, sopInstanceUid, ending };
    };
    add(image.position, named("image", image.gzipped ? ".nii.gz" : ".nii"));
    add(bval.position, named("bval", ".bval"));
    add(bvec.position, named("bvec", ".bvec"));
    add(sidecar.position, named("sidecar", ".json"));
  }
  leftOver([...found.bvals, ...found.bvecs, ...found.sidecars], plan, problems);
  return plan;
}

/** The same images are the same study, in whatever order and under whatever names they come. */
function studyUidOf(images: readonly FoundImage[]): string {
  const hashes = images.map(({ sha256 }) => sha256).toSorted();
  return derivedUid("nifti study", hashes.join(" "));
}

function partnerOf(
  image: FoundImage,
  candidates: readonly FoundTable[],
  { images }: FoundNifti,
  what: string,
  problems: Problems,
): FoundTable {
  const own = candidates.find(({ base }) => base === image.base);
  if (own) return own;
  const [only] = candidates;
  if (only === undefined || candidates.length > 1 || images.length > 1) throw incomplete(what);
  problems.warn(
    only.position,
    "upload.nifti-names-differ",
    "The image and its gradient table have different names; they were put together because there is one of each.",
  );
  return only;
}

function sidecarOf(image: FoundImage, { sidecars }: FoundNifti): FoundSidecar {
  const own = sidecars.find(({ base }) => base === image.base);
  const [only] = sidecars;
  if (own) return own;
  if (only === undefined || sidecars.length > 1) throw incomplete("a JSON sidecar");
  return only;
}

const incomplete = (what: string) =>
  new UploadRefusal(
    "upload.nifti-incomplete",
    `An image lacks ${what} of the same name. Each .nii or .nii.gz needs a .bvec, a .bval and a .json.`,
  );

/** FSL writes three rows with a column for each volume; some programs write a row for each volume. */
function checkTable(image: FoundImage, bval: FoundTable, bvec: FoundTable): void {
  const { volumes } = image;
  const bvals = bval.rows.reduce((sum, count) => sum + count, 0);
  const columns = bvec.rows.length === 3 && bvec.rows.every((count) => count === volumes);
  const rows = bvec.rows.length === volumes && bvec.rows.every((count) => count === 3);
  if (bvals === volumes && (columns || rows)) return;
  throw new UploadRefusal(
    "upload.nifti-mismatch",
    `An image has ${volumes} volumes, its .bval ${bvals} values, its .bvec ${bvec.rows.join(" + ")} numbers. ` +
      "There must be one b-value and one direction for each volume.",
  );
}

function leftOver(files: readonly Named[], plan: NiftiPlan, problems: Problems): void {
  for (const { position } of files) {
    if (plan.has(position)) continue;
    problems.add(position, "upload.nifti-left-over", "This file belongs to no image, so it was left out.");
  }
}
