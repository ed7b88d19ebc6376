// Gives a product another image: fetched and asked what it is beside the old one, then put in place with one rename.
import { randomUUID } from "node:crypto";
import { access, constants, mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  type ImageChange,
  type ImageOrder,
  type Log,
  Permanent,
  type ProductForm,
  Transient,
} from "@thalamus/sdk";
import { findProducts } from "../find-product.ts";
import {
  BrokenDescription,
  IMAGE_BY_DIGEST,
  type Product,
  type ProductDescription,
  parseDescription,
} from "../product-description.ts";
import { openRunner } from "../runners/open-runner.ts";
import { EngineAway, type RunFolders, type Runner } from "../runners/runner.ts";
import type { LocalProcessingSettings } from "../settings.ts";
import { earlierImages, replaceDescription, restoreDescription } from "./image-history.ts";

export interface ImageParts {
  readonly settings: LocalProcessingSettings;
  readonly log: Log;
  readonly own: { readonly path: string };
}

/** An image says what it is in this time, once it runs. */
const DESCRIBE_MS = 60_000;
const MOST_LINES = 20_000;
const TRIAL = "describe-";
/** Fetching a large image takes a while. */
const LONGEST_TRIAL_MS = 6 * 3_600_000;

/** @throws Transient, Permanent */
export async function updateImage(
  order: ImageOrder,
  parts: ImageParts,
  signal: AbortSignal,
): Promise<ImageChange> {
  const { settings, log, own } = parts;
  const product = await changeable(order.product, settings);
  if (!IMAGE_BY_DIGEST.test(order.image)) {
    const message =
      "Name the image by its digest: registry.example.org/name@sha256: and 64 hexadecimal digits.";
    throw new Permanent("local-processing.image-name", message);
  }
  if (order.image === product.image) {
    throw new Permanent("local-processing.image-same", "The product runs in this image already.");
  }
  const runner = await openRunner(settings, own.path, log);
  try {
    const next = await describedBy(runner, { order, product, parts, signal });
    signal.throwIfAborted();
    order.progress(0.9, "put in place");
    const text = `${JSON.stringify(next, null, 2)}\n`;
    const unneeded = await replaceDescription(product.folder, text, settings.keepImages).catch(notKept);
    await requireInPlace(next, product, settings);
    const removed = await removeImages(runner, unneeded);
    return { from: formOf(product), to: formOf(next), removed };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EngineAway) throw new Transient("local-processing.engine-away", error.message);
    throw error;
  } finally {
    await runner.close();
  }
}

/** @throws Permanent when there is nothing to go back to */
export async function rollBackImage(id: string, { settings }: ImageParts): Promise<ImageChange> {
  const product = await changeable(id, settings);
  const [before] = await earlierImages(product.folder);
  if (!before || !(await restoreDescription(product.folder).catch(notKept))) {
    const message = "No earlier image of the product is kept here.";
    throw new Permanent("local-processing.image-first", message);
  }
  return { from: formOf(product), to: formOf(before), removed: [] };
}

async function changeable(id: string, settings: LocalProcessingSettings): Promise<Product> {
  if (settings.runner === "process") {
    const message = "This hub runs products as processes: a product is changed by changing its folder.";
    throw new Permanent("local-processing.cannot-run", message);
  }
  const { products } = await findProducts(settings.productFolders);
  const product = products.find((one) => one.id === id);
  if (!product) throw new Permanent("local-processing.unknown-product", "The product is not installed here.");
  await access(product.folder, constants.W_OK).catch(notKept);
  return product;
}

interface Trial {
  readonly order: ImageOrder;
  readonly product: Product;
  readonly parts: ImageParts;
  readonly signal: AbortSignal;
}

/** What product.json will say. An image of another contract cannot say it itself, and is only fetched. */
async function describedBy(runner: Runner, trial: Trial): Promise<ProductDescription> {
  const { order, product } = trial;
  const lines = await askImage(runner, trial);
  const { folder: _folder, ...present } = product;
  if (product.adapter) return { ...present, image: order.image, version: order.version ?? present.version };
  try {
    const said = JSON.parse(lines.join("\n")) as object;
    const next = parseDescription(JSON.stringify({ ...said, image: order.image }));
    if (next.id !== product.id) throw new BrokenDescription(`it is of the product ${next.id}`);
    return next;
  } catch (error) {
    const why = error instanceof BrokenDescription ? error.message : "it is not JSON";
    throw refused(`What the image says of itself does not fit: ${why}.`);
  }
}

/** Runs `describe` in the image, with empty folders and everything a run has. @returns its lines */
async function askImage(runner: Runner, { order, product, parts, signal }: Trial): Promise<string[]> {
  const id = `${TRIAL}${randomUUID()}`;
  const workspace = join(parts.own.path, id);
  const folders: RunFolders = {
    in: join(workspace, "in"),
    out: join(workspace, "out"),
    work: join(workspace, "work"),
  };
  const lines: string[] = [];
  try {
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
    const { ending } = await runner.run({
      id,
      product: { ...product, image: order.image },
      launch: () => ({ words: product.adapter ? [] : ["describe"], environment: {} }),
      folders,
      signal,
      timeoutMs: DESCRIBE_MS,
      limits: {},
      onProgress: (value, stage) => order.progress(value * 0.8, stage),
      onLine: (line) => {
        if (lines.length < MOST_LINES) lines.push(line);
      },
    });
    // a module of another contract that is given nothing may well fail: it could be had and started
    if (product.adapter && ending.kind !== "not-started") return [];
    if (ending.kind === "exited" && ending.exitCode === 0) return lines;
    const why = ending.kind === "not-started" ? ending.code : ending.kind;
    throw refused(`The image could not be had, or does not say what it is (${why}). The log has more.`);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** The product that orders will find is the new one, and not one of the same id in a folder before it. */
async function requireInPlace(
  next: ProductDescription,
  { folder }: Product,
  settings: LocalProcessingSettings,
): Promise<void> {
  const { products } = await findProducts(settings.productFolders);
  const found = products.find(({ id }) => id === next.id);
  if (found?.folder === folder && found.image === next.image) return;
  await restoreDescription(folder);
  throw refused(
    `Another folder than ${basename(folder)} has the product by now; the old image is back in place.`,
  );
}

async function removeImages(runner: Runner, images: readonly string[]): Promise<string[]> {
  const removed: string[] = [];
  for (const image of images) if (await runner.removeImage?.(image)) removed.push(image);
  return removed;
}

/** Folders of trials that a killed hub left: without them their containers are found and ended. */
export async function forgetTrials(own: string): Promise<void> {
  const names = await readdir(own).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(TRIAL))) {
    const made = (await stat(join(own, name))).mtimeMs;
    // another hub of the site may be at it
    if (Date.now() - made > LONGEST_TRIAL_MS) await rm(join(own, name), { recursive: true, force: true });
  }
}

const formOf = ({ version, image }: ProductDescription): ProductForm => ({
  version,
  image: image ?? undefined,
});

const refused = (message: string) => new Permanent("local-processing.image-refused", message);

function notKept(error: NodeJS.ErrnoException): never {
  const message = `The product's folder cannot be written to (${error.code ?? "unknown"}).`;
  throw new Permanent("local-processing.image-not-kept", message);
}
