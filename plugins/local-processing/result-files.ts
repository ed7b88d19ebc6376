// Checks each file of a result: inside the output folder, declared, and as large and whole as said.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { basename, join, matchesGlob } from "node:path";
import { printable, type ResultFile, type Static, Type } from "@thalamus/sdk";
import { ownFailure, type ProcessingFailure } from "./failure.ts";
import { bytesOf, type Product, type ProductOutput } from "./product-description.ts";

/** When product.json names no disk space. */
const LARGEST_RESULT = "4Gi";
/** Plain names in plain folders: no `..`, no hidden file, nothing a shell or a header could mistake. */
const PLAIN_PATH = /^[A-Za-z0-9][\w.-]{0,99}(?:\/[A-Za-z0-9][\w.-]{0,99}){0,7}$/;

/** A file as result.json lists it. */
export const ListedFile = Type.Object({
  name: Type.String(),
  path: Type.String(),
  mediaType: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});
type ListedFile = Static<typeof ListedFile>;

/**
 * @returns the artifacts, named after the outputs of product.json: `report`, and `maps/FA` for
 * `maps/FA.nii.gz` where the path of the output has a `*`
 * @throws ProcessingFailure `local-processing.bad-result` at the first thing that is not as it should be
 */
export async function checkFiles(
  files: readonly ListedFile[],
  product: Product,
  outFolder: string,
): Promise<ResultFile[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = product.resources.disk ?? LARGEST_RESULT;
  if (total > bytesOf(largest)) throw refused("the files together", `are larger than ${largest}`);
  const missing = product.outputs.find(({ name, required }) => {
    return required && !files.some((file) => file.name === name);
  });
  if (missing) throw refused(missing.name, "is required and not listed");
  const root = await realpath(outFolder);
  const artifacts: ResultFile[] = [];
  for (const file of files) {
    const name = artifactName(file, product.outputs);
    if (artifacts.some((artifact) => artifact.name === name)) throw refused(name, "is listed twice");
    const path = await checkOnDisk(file, root);
    const { mediaType, bytes, sha256 } = file;
    artifacts.push({ name, path, mediaType, bytes, sha256 });
  }
  return artifacts;
}

function artifactName(file: ListedFile, outputs: readonly ProductOutput[]): string {
  if (!PLAIN_PATH.test(file.path)) throw refused(file.name, "has a path that is not plain");
  const output = outputs.find(({ name, path }) => name === file.name && matchesGlob(file.path, path));
  if (output === undefined) throw refused(file.path, "is not among the outputs in product.json");
  if (output.mediaType !== file.mediaType) throw refused(file.path, `is not declared as ${output.mediaType}`);
  if (!output.path.includes("*")) return file.name;
  const [base] = basename(file.path).split(".");
  return `${file.name}/${base}`;
}

/** @returns the absolute path */
async function checkOnDisk(file: ListedFile, root: string): Promise<string> {
  const path = join(root, file.path);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw refused(file.path, "is not there");
  // a second hard link could be a file of the hub's, which the product can read but must not hand out
  const sight = await lstat(path);
  if (real !== path || sight.nlink > 1) throw refused(file.path, "is or lies behind a link");
  if (!sight.isFile()) throw refused(file.path, "is not a regular file");
  if (sight.size !== file.bytes) throw refused(file.path, "has another size than result.json says");
  if ((await checksum(path)) !== file.sha256) throw refused(file.path, "differs from its checksum");
  return path;
}

export async function checksum(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

const refused = (file: string, what: string): ProcessingFailure =>
  ownFailure(
    "local-processing.bad-result",
    `The product's result cannot be trusted: ${printable(file, 60)} ${what}.`,
  );
