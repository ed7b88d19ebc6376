// A runner under test with folders for its runs, and a way to see whether a product still lives.
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { hubProduct } from "../../hub-contract.ts";
import { type Product, parseDescription } from "../../product-description.ts";
import type { RunnerSettings } from "../open-runner.ts";
import type { ProductRun, RunFolders, Runner } from "../runner.ts";

export const PRODUCT_FOLDER = join(import.meta.dirname, "contract-product");

/** What a suite needs of each runner. */
export interface RunnerBench {
  /** Empty, on a path that the engine sees as it is. */
  readonly folder: string;
  readonly runner: Runner;
  readonly settings: RunnerSettings;
  /** Changes to the product: another image, another command. */
  readonly product: Partial<Product>;
  /** The product with a program that is not there. */
  readonly notStartable: Partial<Product>;
  readonly claims: {
    readonly noNetwork: boolean;
    readonly readOnlyInput: boolean;
    /** Where the product sees its folders; undefined for the hub's own. */
    readonly inside?: RunFolders;
    readonly uid?: number;
  };
  close(): Promise<void>;
}

export type CaseName =
  | ("done" | "unsuitable" | "bad-job" | "internal" | "try-again" | "silent" | "chatty" | "polite")
  | ("stubborn" | "lives" | "leaves-behind" | "memory" | "surroundings");

let number = 0;

export const contractProduct = (changes: Partial<Product> = {}): Product => ({
  ...parseDescription(readFileSync(join(PRODUCT_FOLDER, "product.json"), "utf8")),
  folder: PRODUCT_FOLDER,
  ...changes,
});

/** Folders of one try, as the hub makes them, with an order for one case. */
export function prepareRun(
  { folder, product }: Pick<RunnerBench, "folder" | "product">,
  name: CaseName,
  changes: Partial<ProductRun> & { readonly params?: object } = {},
): ProductRun {
  number += 1;
  const id = `step-${process.pid}-${number}.token`;
  const { params = {}, ...rest } = changes;
  const folders = foldersOf(join(folder, "work", id));
  for (const one of Object.values(folders)) mkdirSync(one, { recursive: true });
  const job = { jobId: id, params: { case: name, ...params } };
  writeFileSync(join(folders.in, "job.json"), JSON.stringify(job), { mode: 0o400 });
  const whole = contractProduct(product);
  return {
    id,
    product: whole,
    launch: (seen) => hubProduct.launch(seen, whole),
    folders,
    signal: new AbortController().signal,
    ...{ timeoutMs: 50_000, silenceMs: 50_000, graceMs: 150, lookMs: 50, limits: {} },
    ...rest,
  };
}

export const foldersOf = (workspace: string): RunFolders => ({
  in: join(workspace, "in"),
  out: join(workspace, "out"),
  work: join(workspace, "work"),
});

/** Hears from a product that says it lives: when it comes to life, and when it is gone. */
export async function listenForLife({ folders }: Pick<ProductRun, "folders">) {
  const path = join(folders.work, "life.sock");
  rmSync(path, { force: true });
  const server = createServer().listen(path);
  await once(server, "listening");
  chmodSync(path, 0o777);
  const born = once(server, "connection").then(([socket]: Socket[]) => ({
    gone: once(socket!.resume(), "close"),
  }));
  return { born, [Symbol.dispose]: () => server.close() };
}
