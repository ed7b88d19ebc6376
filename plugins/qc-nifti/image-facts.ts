// Reads the files of each image of the study: header, gradient table, sidecar. File names are never shown.
import { open } from "node:fs/promises";
import { type StoredInstance, Transient } from "@thalamus/sdk";
import { directionsOf, type GradientTable, gradientTable, tableOf } from "./gradient-table.ts";
import { BadNifti, type NiftiHeader, readNiftiHeader } from "./nifti-header.ts";

export interface ImageFacts {
  /** `image 1`: in the order of the hub's own ids. */
  readonly label: string;
  readonly files: Readonly<Record<FileRole, boolean>>;
  /** Why the header cannot be read, or the header; undefined without an image. */
  readonly header: NiftiHeader | BadNifti | undefined;
  readonly bvals: readonly number[] | undefined;
  /** Rows of the table, as it is written. */
  readonly bvecs: readonly (readonly number[])[] | undefined;
  /** Undefined when the tables do not fit each other. */
  readonly gradients: GradientTable | undefined;
  /** Undefined without a sidecar, and for one that is no JSON object. */
  readonly sidecar: Readonly<Record<string, unknown>> | undefined;
}

export type FileRole = "image" | "bval" | "bvec" | "sidecar";
const ROLES: readonly FileRole[] = ["image", "bval", "bvec", "sidecar"];
/** A table of a thousand volumes takes some 30 KB; a converter's sidecar a few. */
const LARGEST_TEXT = 4_000_000;

/** @throws Transient when a file cannot be opened or read, which says nothing about the study */
export async function readImages(
  instances: readonly StoredInstance[],
  signal: AbortSignal,
): Promise<ImageFacts[]> {
  const groups = [...Map.groupBy(instances, ({ seriesInstanceUid }) => seriesInstanceUid).values()];
  const images: ImageFacts[] = [];
  for (const [index, files] of groups.entries()) {
    signal.throwIfAborted();
    images.push(await readImage(`image ${index + 1}`, files).catch(tryLater));
  }
  return images;
}

function tryLater(): never {
  throw new Transient("qc-nifti.file-unreadable", "A file of the study could not be opened or read.");
}

async function readImage(label: string, instances: readonly StoredInstance[]): Promise<ImageFacts> {
  const pathOf = (role: FileRole) => instances.find((one) => one.role === role)?.path;
  const files = Object.fromEntries(ROLES.map((role) => [role, pathOf(role) !== undefined]));
  const image = pathOf("image");
  const bval = await tableIn(pathOf("bval"), "bval");
  const bvecs = await tableIn(pathOf("bvec"), "bvec");
  const bvals = bval?.flat();
  const directions = bvals && bvecs ? directionsOf(bvecs, bvals.length) : undefined;
  return {
    label,
    files: files as Record<FileRole, boolean>,
    header: image === undefined ? undefined : await headerOf(image),
    bvals,
    bvecs,
    gradients: bvals && directions ? gradientTable(bvals, directions) : undefined,
    sidecar: objectIn(await textOf(pathOf("sidecar"))),
  };
}

async function headerOf(path: string): Promise<NiftiHeader | BadNifti> {
  try {
    return await readNiftiHeader(path);
  } catch (error) {
    if (error instanceof BadNifti) return error;
    throw error;
  }
}

async function tableIn(path: string | undefined, kind: "bval" | "bvec"): Promise<number[][] | undefined> {
  const text = await textOf(path);
  return text === undefined ? undefined : tableOf(text, kind);
}

/** @returns undefined when the file is larger than anything of its kind */
async function textOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  await using file = await open(path, "r");
  const { size } = await file.stat();
  // awaited here, so that the file is open until then
  return size > LARGEST_TEXT ? undefined : await file.readFile("utf8");
}

function objectIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
