// Products of other contracts: the input in their shape, started in their words, and a result made of what they leave.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { studyOfNifti } from "@thalamus/sdk/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processStep } from "../testing/process-step.ts";
import { installProduct } from "../testing/product-program.ts";
import { type Bench, codeOf, openBench, orderProbe, resultOf } from "../testing/run-plugin.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const adapted = (contract: string, changes: object = {}) => ({ adapter: { contract }, ...changes });

/** Writes what the product sees of its surroundings into its report, which is a declared output. */
const SEES = `
  const seen = { words: process.argv.slice(2), environment: process.env };
  seen.input = fs.readdirSync(PRODUCT_IN, { recursive: true }).sort();
  seen.task = fs.existsSync(join(PRODUCT_IN, "task.json")) && JSON.parse(fs.readFileSync(join(PRODUCT_IN, "task.json")));`;
const report = (folder: string) => `fs.writeFileSync(join(${folder}, "report.pdf"), JSON.stringify(seen));`;

async function seenBy(outcome: Awaited<ReturnType<typeof orderProbe>>) {
  const [file] = resultOf(outcome).files;
  return JSON.parse(await readFile(file!.path, "utf8"));
}

test("a mercure module finds its DICOM files in one folder, its settings in task.json, and its folders by name", async () => {
  const lines = `${SEES} ${report("process.env.MERCURE_OUT_DIR")}`;
  const outcome = await orderProbe(bench, lines, { description: adapted("mercure"), params: { maxB: 900 } });
  expect(resultOf(outcome)).toMatchObject({ kind: "diagnostic", product: { id: "probe", version: "1.2.3" } });
  const { input, task, environment, words } = await seenBy(outcome);
  expect(input).toEqual(["0001#000001.dcm", "0001#000002.dcm", "job.json", "task.json"]);
  expect(task.process).toEqual({ module_name: "probe", module_type: "process", settings: { maxB: 900 } });
  expect(environment.MERCURE_IN_DIR).toBe(environment.PRODUCT_IN);
  expect(words).toEqual([]);
});

test("a MONAI package finds its folders by the names of both its generations", async () => {
  const lines = `${SEES} ${report("process.env.HOLOSCAN_OUTPUT_PATH")}`;
  const outcome = await orderProbe(bench, lines, { description: adapted("monai-map") });
  const { environment, input } = await seenBy(outcome);
  expect(environment).toMatchObject({
    HOLOSCAN_INPUT_PATH: environment.PRODUCT_IN,
    MONAI_INPUTPATH: environment.PRODUCT_IN,
    MONAI_OUTPUTPATH: environment.PRODUCT_OUT,
  });
  expect(input).toContain("series/0001/000001.dcm");
});

const BIDS = adapted("bids-app", {
  adapter: { contract: "bids-app", arguments: ["--skip-bids-validation"] },
  inputs: [{ kinds: ["nifti-bval-bvec"], modality: ["MR"] }],
});

async function niftiStep(endings: readonly string[]) {
  const folder = join(bench.folder, "nifti");
  await mkdir(folder);
  const roles = { nii: "image", bval: "bval", bvec: "bvec", json: "sidecar" } as const;
  const bundle: Record<string, string> = {};
  for (const ending of endings) {
    const path = join(folder, `dwi.${ending}`);
    await writeFile(path, ending);
    bundle[roles[ending as keyof typeof roles]] = path;
  }
  return { ...(await processStep(bench.folder)), study: await studyOfNifti([bundle]) };
}

test("a BIDS App gets a dataset of one participant, and its three arguments", async () => {
  await installProduct(bench.products, `${SEES} ${report("process.argv[3]")}`, BIDS);
  const outcome = await bench.run(await niftiStep(["nii", "bval", "bvec", "json"]));
  const { input, words, environment } = await seenBy(outcome);
  const { PRODUCT_IN, PRODUCT_OUT } = environment;
  expect(words).toEqual([
    ...[PRODUCT_IN, PRODUCT_OUT, "participant", "--participant_label", "01"],
    "--skip-bids-validation",
  ]);
  const names = ["bval", "bvec", "json", "nii"].map((ending) => `sub-01/dwi/sub-01_dwi.${ending}`);
  expect(input).toEqual([
    ...[".bidsignore", "dataset_description.json", "job.json", "sub-01", "sub-01/dwi"],
    ...names,
  ]);
});

test("a BIDS App is refused what cannot be mapped: a DICOM study, and an image without its gradients", async () => {
  await installProduct(bench.products, "", BIDS);
  expect(codeOf(await bench.run(await processStep(bench.folder)))).toBe("local-processing.no-input");
  const plain = resultOf(await bench.run(await niftiStep(["nii"])));
  expect(plain.error).toEqual({
    code: "local-processing.no-input",
    message: "A BIDS App takes NIfTI images with their b-values and gradient directions, and nothing else.",
  });
});

test("only 0 is a good end of another contract, and its own result.json is not taken for the hub's", async () => {
  const description = adapted("mercure");
  expect(codeOf(await orderProbe(bench, "process.exit(3);", { description }))).toBe(
    "local-processing.crashed",
  );
  const own = `fs.writeFileSync(join(PRODUCT_OUT, "result.json"), '{"volume": 3}');`;
  const none = resultOf(await orderProbe(bench, own, { description }));
  expect(none.error?.message).toContain("report is required and not listed");
  const both = `${own} fs.writeFileSync(join(PRODUCT_OUT, "report.pdf"), "%PDF-");`;
  expect(resultOf(await orderProbe(bench, both, { description })).files).toHaveLength(1);
});

test("a result.json that is a link to a file of somebody else is replaced, not written through", async () => {
  const victim = join(bench.folder, "victim");
  await writeFile(victim, "precious");
  const lines = `
    fs.symlinkSync(${JSON.stringify(victim)}, join(PRODUCT_OUT, "result.json"));
    fs.writeFileSync(join(PRODUCT_OUT, "report.pdf"), "%PDF-");`;
  const outcome = await orderProbe(bench, lines, { description: adapted("mercure") });
  expect(resultOf(outcome).kind).toBe("diagnostic");
  expect(await readFile(victim, "utf8")).toBe("precious");
});

test("silence is no fault of a product that was never told to speak", async () => {
  const lines = `setTimeout(() => fs.writeFileSync(join(PRODUCT_OUT, "report.pdf"), "%PDF-"), 600);`;
  const outcome = await orderProbe(bench, lines, {
    description: adapted("monai-map"),
    settings: { silenceSeconds: 0.2 },
  });
  expect(resultOf(outcome).kind).toBe("diagnostic");
});
