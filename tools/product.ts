// Runs a bundled product on a folder of images: npm run -s product -- dti-metrics --in DIR --out DIR
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  constants,
  copyFileSync,
  globSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { HubFailure, HubProducts } from "./hub-products.ts";

const BAD_JOB = 4;
const INTERNAL = 10;
/** A product that ignores SIGTERM is ended after this long. */
const PATIENCE_MS = 5000;

const HUB_VERBS = ["list", "update", "rollback"];

const USAGE = `usage: npm run -s product -- <product> --in DIR --out DIR [--work DIR] [--label TEXT] [--param name=value]

  --in     folder of DICOM files, or of NIfTI files with .bval and .bvec beside them
  --out    folder for the results; made if missing
  --work   scratch folder; a temporary one, removed at the end, when not given
  --label  what the study is called in the report (default: none)
  --param  a parameter of the product, as often as needed

       npm run -s product -- list [--hub URL] [--user NAME]
       npm run -s product -- update <product> <image@sha256:…> [--version TEXT] [--hub URL] [--user NAME]
       npm run -s product -- rollback <product> [--hub URL] [--user NAME]

  --hub    a running hub (default: http://127.0.0.1:8080); the password of --user is read from THALAMUS_PASSWORD
  --version  what to call an image of another contract, which cannot say it itself`;

/** A mistake on the command line; its message is all the user needs to see. */
class UsageError extends Error {}

interface ParameterRule {
  type?: string;
}

interface Product {
  folder: string;
  id: string;
  version: string;
  name: string;
  intendedUse: string;
  command: string[];
  params?: { properties?: Record<string, ParameterRule> };
}

interface Line {
  type?: string;
  value?: number;
  stage?: string;
  msg?: string;
  code?: string;
}

interface Result {
  status: string;
  qc?: { verdict?: string };
  indexes?: { name: string; value: number | null; unit: string }[];
  error?: { code: string; message: string };
  files?: { path: string; bytes: number }[];
}

const root = resolve(import.meta.dirname, "..");

function findProducts(): Product[] {
  return globSync("plugins/*/products/*/product.json", { cwd: root })
    .sort()
    .map((path) => {
      const description = JSON.parse(readFileSync(join(root, path), "utf8")) as Omit<Product, "folder">;
      return { ...description, folder: join(root, dirname(path)) };
    });
}

/** Turns name=value pairs into the types that product.json names. */
function readParameters(product: Product, pairs: readonly string[]): Record<string, unknown> {
  const known = product.params?.properties ?? {};
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", ...rest] = pair.split("=");
      const value = rest.join("=");
      const rule = known[name];
      if (rule === undefined) {
        const names = Object.keys(known).join(", ") || "none";
        throw new UsageError(`${product.id} has no parameter "${name}"; it has: ${names}`);
      }
      const isNumber = rule.type === "number" || rule.type === "integer";
      return [name, isNumber ? Number(value) : rule.type === "boolean" ? value === "true" : value];
    }),
  );
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** A second name for a file, or a copy where the file system or its owner does not allow that. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

/** The product's input folder: job.json beside the user's images, whose own folder stays as it is. */
function makeInput(images: string, work: string, job: Record<string, unknown>): string {
  const input = join(work, "in");
  const series = join(input, "series", "0001");
  mkdirSync(series, { recursive: true });
  const files = readdirSync(images, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const file of files) {
    const source = join(file.parentPath, file.name);
    const target = join(series, source.slice(images.length + 1));
    mkdirSync(dirname(target), { recursive: true });
    linkOrCopy(source, target);
  }
  writeFileSync(join(input, "job.json"), JSON.stringify(job, null, 1));
  return input;
}

/** One line that is written over on a terminal; elsewhere a line for every stage and every tenth. */
function createProgress(): (line: Line) => void {
  let last = "";
  return ({ value = 0, stage = "", msg = "" }) => {
    const text = `${`${Math.round(100 * value)} %`.padStart(5)}  ${stage}${msg ? `: ${msg}` : ""}`;
    const step = `${stage} ${Math.floor(10 * value)}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    else if (step !== last) process.stderr.write(`${text}\n`);
    last = step;
  };
}

/** Starts the product and waits; signals to this program are passed on. */
function runProduct(product: Product, input: string, output: string, work: string): Promise<number> {
  const [program = "", ...args] = product.command;
  // "node" means the Node.js that runs the hub: an older one on the PATH would not run TypeScript.
  const executable = program === "node" ? process.execPath : program;
  const folders = ["--in", input, "--out", output, "--work", work];
  const child = spawn(executable, [...args, "run", ...folders], {
    cwd: product.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      child.kill(signal);
      setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS).unref();
    });
  }
  const showProgress = createProgress();
  createInterface({ input: child.stdout }).on("line", (text) => {
    let line: Line = {};
    try {
      line = JSON.parse(text) as Line;
    } catch {
      line = { type: "log", msg: text };
    }
    if (line.type === "progress") showProgress(line);
    else if (line.type === "error") process.stderr.write(`\nerror [${line.code}]: ${line.msg}\n`);
  });
  return new Promise((finish, fail) => {
    child.once("error", fail);
    child.once("close", (code) => finish(code ?? INTERNAL));
  });
}

function printSummary(output: string): void {
  const result = JSON.parse(readFileSync(join(output, "result.json"), "utf8")) as Result;
  const lines = [`status   ${result.status}`];
  if (result.qc?.verdict) lines.push(`quality  ${result.qc.verdict}`);
  if (result.error) lines.push(`reason   [${result.error.code}] ${result.error.message}`);
  for (const index of result.indexes ?? []) {
    const unit = index.unit === "1" ? "" : ` ${index.unit}`;
    lines.push(`value    ${index.name.padEnd(18)} ${index.value ?? "n/a"}${unit}`);
  }
  for (const file of result.files ?? [])
    lines.push(`file     ${join(output, file.path)} (${file.bytes} bytes)`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** @returns the exit code */
async function askHub(
  [verb, id, image]: readonly string[],
  { hub, user, version }: { hub: string; user: string; version?: string | undefined },
): Promise<number> {
  if (verb !== "list" && id === undefined) throw new UsageError(`which product?\n\n${USAGE}`);
  if (verb === "update" && image === undefined) throw new UsageError(`which image?\n\n${USAGE}`);
  const products = await HubProducts.signIn({ hub, user, password: process.env["THALAMUS_PASSWORD"] });
  if (verb === "update") return products.update(id ?? "", image ?? "", version);
  if (verb === "rollback") return products.rollBack(id ?? "");
  await products.list();
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      in: { type: "string" },
      out: { type: "string" },
      work: { type: "string" },
      label: { type: "string", default: "" },
      param: { type: "string", multiple: true, default: [] },
      hub: { type: "string", default: "http://127.0.0.1:8080" },
      user: { type: "string", default: "admin" },
      version: { type: "string" },
    },
  });
  if (HUB_VERBS.includes(positionals[0] ?? "")) return askHub(positionals, values);
  const products = findProducts();
  const list = products
    .map((one) => `  ${one.id} ${one.version}: ${one.name} (${one.intendedUse})`)
    .join("\n");
  const [id] = positionals;
  if (id === undefined) throw new UsageError(`${USAGE}\n\nproducts:\n${list}`);
  const product = products.find((one) => one.id === id);
  if (product === undefined) throw new UsageError(`there is no product "${id}"; there are:\n${list}`);
  if (!values.in || !values.out) throw new UsageError(`--in and --out are needed\n\n${USAGE}`);
  const images = resolve(values.in);
  if (!isFolder(images)) throw new UsageError(`the input folder ${images} is not there`);
  const params = readParameters(product, values.param);

  const output = resolve(values.out);
  mkdirSync(output, { recursive: true });
  // An old result must not be taken for the new one.
  rmSync(join(output, "result.json"), { force: true });
  const work = values.work ? resolve(values.work) : mkdtempSync(join(tmpdir(), `${product.id}-`));
  try {
    const input = makeInput(images, work, {
      contract: "hub.product/1",
      jobId: randomUUID(),
      attempt: 1,
      product: { id: product.id, version: product.version },
      params,
      study: { label: values.label },
    });
    const scratch = join(work, "work");
    mkdirSync(scratch, { recursive: true });
    const code = await runProduct(product, input, output, scratch);
    if (process.stderr.isTTY) process.stderr.write("\n");
    if (isFolder(output) && statSync(join(output, "result.json"), { throwIfNoEntry: false }))
      printSummary(output);
    return code;
  } finally {
    if (!values.work) rmSync(work, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const isMistake =
    error instanceof UsageError ||
    error instanceof HubFailure ||
    String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${isMistake ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = isMistake ? BAD_JOB : INTERNAL;
}
