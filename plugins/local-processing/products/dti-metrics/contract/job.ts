// Reads what the hub asks for: the folders of a run, job.json and its parameters.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONTRACT, type ParameterSchema, product } from "./product-description.ts";
import { BadJob } from "./refusal.ts";

export interface Folders {
  in: string;
  out: string;
  work: string;
  /** The work folder was made here and goes away with the run. */
  workIsTemporary: boolean;
}

export interface Parameters {
  /** Volumes above this b (s/mm2) stay out of the tensor. */
  maxB: number;
  /** Reweighting passes of the tensor fit. */
  iterations: number;
  freeWater: "auto" | "off";
}

/** What job.json tells about one series; the description has passed the hub's de-identification rules. */
export interface JobSeries {
  path: string;
  description: string;
}

/** The part of job.json this product reads. It holds no names, dates or identifiers of a person. */
export interface Job {
  id: string | null;
  attempt: number;
  parameters: Parameters;
  /** What the hub calls the study; first column of the feature CSV. */
  studyLabel: string;
  age: string;
  sex: string;
  series: JobSeries[];
}

/** mercure and MONAI name their folders differently; taking those too lets one image run there as well. */
const FOLDER_VARIABLES = {
  in: ["PRODUCT_IN", "MERCURE_IN_DIR", "HOLOSCAN_INPUT_PATH"],
  out: ["PRODUCT_OUT", "MERCURE_OUT_DIR", "HOLOSCAN_OUTPUT_PATH"],
  work: ["PRODUCT_WORK"],
} as const;

/**
 * Finds the folders in the arguments (`--in DIR`), else in the environment. The work folder may be missing;
 * one is then made in the system's temporary folder.
 *
 * @throws BadJob when no input or output folder is named or the input is not there
 */
export function findFolders(args: readonly string[], environment: NodeJS.ProcessEnv): Folders {
  const named = (folder: keyof typeof FOLDER_VARIABLES): string | undefined => {
    const position = args.indexOf(`--${folder}`);
    if (position >= 0) return args[position + 1];
    return FOLDER_VARIABLES[folder].map((name) => environment[name]).find(Boolean);
  };
  const input = named("in");
  const output = named("out");
  if (!input || !output) throw new BadJob("--in and --out (or PRODUCT_IN and PRODUCT_OUT) are required");
  if (!existsSync(input) || !statSync(input).isDirectory()) throw new BadJob("the input folder is missing");
  mkdirSync(output, { recursive: true });
  const work = named("work");
  if (work) mkdirSync(work, { recursive: true });
  return {
    in: input,
    out: output,
    work: work || mkdtempSync(join(tmpdir(), `${product.id}-`)),
    workIsTemporary: !work,
  };
}

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/**
 * Reads job.json from the input folder. Without one the defaults apply, so that a bare folder of images
 * can be measured too.
 *
 * @throws BadJob when it is no JSON, speaks another contract, names another product or a wrong parameter
 */
export function readJob(inputFolder: string): Job {
  const path = join(inputFolder, "job.json");
  let raw: unknown = {};
  if (existsSync(path)) {
    try {
      raw = JSON.parse(readFileSync(path, "utf8"));
    } catch {
      throw new BadJob("job.json is not JSON");
    }
    if (typeof raw !== "object" || raw === null || Array.isArray(raw))
      throw new BadJob("job.json is no object");
  }
  const job = fieldsOf(raw);
  if (job["contract"] !== undefined && job["contract"] !== CONTRACT) {
    throw new BadJob(`job.json speaks another contract than ${CONTRACT}`);
  }
  const asked = textOf(job["product"]) || textOf(fieldsOf(job["product"])["id"]);
  if (asked && asked.split("@")[0] !== product.id)
    throw new BadJob(`the job is for another product, not ${product.id}`);
  const subject = fieldsOf(job["subject"]);
  return {
    id: textOf(job["jobId"]) || null,
    attempt: Number(job["attempt"] ?? 1),
    parameters: readParameters(job["params"]),
    studyLabel: textOf(fieldsOf(job["study"])["label"]),
    age: textOf(subject["age"]),
    sex: textOf(subject["sex"]),
    series: (Array.isArray(job["series"]) ? job["series"] : []).map(fieldsOf).map((series) => ({
      path: textOf(series["path"]),
      description: textOf(series["description"]),
    })),
  };
}

function readParameters(raw: unknown): Parameters {
  const known = product.params.properties;
  const values: Fields = Object.fromEntries(
    Object.entries(known).map(([name, rule]) => [name, rule.default]),
  );
  for (const [name, value] of Object.entries(fieldsOf(raw))) {
    const rule = known[name];
    if (rule === undefined)
      throw new BadJob(`unknown parameter ${name}; known: ${Object.keys(known).join(", ")}`);
    checkParameter(name, rule, value);
    values[name] = value;
  }
  // Every value has just been checked against product.json, which lists exactly these three.
  return values as unknown as Parameters;
}

function checkParameter(name: string, rule: ParameterSchema, value: unknown): void {
  if (rule.enum) {
    if (!rule.enum.includes(value as string)) {
      throw new BadJob(`parameter ${name} must be one of ${rule.enum.join(", ")}`);
    }
    return;
  }
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = rule;
  const isNumber =
    typeof value === "number" && Number.isFinite(value) && value >= minimum && value <= maximum;
  if (!isNumber || (rule.type === "integer" && !Number.isInteger(value))) {
    throw new BadJob(`parameter ${name} must be a ${rule.type} from ${minimum} to ${maximum}`);
  }
}
