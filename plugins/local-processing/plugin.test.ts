// What an order ends with, for everything a product can do: real programs, run as the hub runs them.
import { access, readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CANARY, processStep } from "./testing/process-step.ts";
import { installProduct } from "./testing/product-program.ts";
import { type Bench, codeOf, openBench, orderProbe, resultOf } from "./testing/run-plugin.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

test("a product that ends well gives a diagnostic result with named artifacts and indexes", async () => {
  const lines = `
    report();
    write("maps", "maps/FA.nii.gz", "application/x-nifti", "fa");
    write("maps", "maps/MD.nii.gz", "application/x-nifti", "md");
    const without = { name: "wm.MD.mean", value: null, unit: "um2/ms" };
    const indexes = [{ name: "wm.FA.mean", value: 0.42 }, without];
    finish({ indexes });`;
  const result = resultOf(await orderProbe(bench, lines));
  expect(result).toMatchObject({
    kind: "diagnostic",
    product: { id: "probe", version: "1.2.3" },
    warnings: [],
  });
  expect(result.files.map(({ name }) => name)).toEqual(["report", "maps/FA", "maps/MD"]);
  expect(result.indexes).toEqual([
    { name: "wm.FA.mean", value: 0.42, unit: "" },
    { name: "wm.MD.mean", value: null, unit: "um2/ms" },
  ]);
  for (const { path } of result.files) await access(path);
});

test("warnings are the quality checks that did not pass", async () => {
  const checks = JSON.stringify([
    { name: "SNR", status: "pass" },
    { name: "Motion", value: "3 mm", limit: "2 mm", status: "fail" },
  ]);
  const outcome = await orderProbe(
    bench,
    `report(); finish({ status: "done-with-warnings", qc: { checks: ${checks} } });`,
  );
  expect(resultOf(outcome).warnings).toEqual(["Motion: 3 mm (limit 2 mm)"]);
});

test("a study that does not suit ends with the product's code and a report, at once", async () => {
  const lines = `
    say({ type: "error", code: "NO_DTI_SERIES", msg: "no series with six directions" });
    process.exit(3);`;
  const result = resultOf(await orderProbe(bench, lines));
  expect(result.kind).toBe("failure");
  expect(result.error).toEqual({ code: "probe.no-dti-series", message: "no series with six directions" });
  expect(result.files.map(({ name }) => name).sort()).toEqual(["data", "preview", "report", "summary"]);
});

test("result.json of a failed run wins over the error event", async () => {
  const lines = `
    say({ type: "error", code: "A", msg: "first" });
    finish({ status: "failed", error: { code: "B_TWO", message: "second" } });
    process.exit(10);`;
  expect(resultOf(await orderProbe(bench, lines)).error).toEqual({ code: "probe.b-two", message: "second" });
});

test("a failure tells nothing of the patient, even when the product does", async () => {
  const lines = `
    console.error("Canary Carla");
    say({ type: "progress", value: 0.5, stage: "study of Canary" });
    const file = "/in/CANARY_Carla/CANARY-4711/1.2.826.0.1.3680043.8.498.77.5";
    say({ type: "error", code: "X", msg: "\\u001b[31mcannot read " + file + "\\n" });
    process.exit(10);`;
  const result = resultOf(await orderProbe(bench, lines));
  const texts = await Promise.all(result.files.map(({ path }) => readFile(path, "latin1")));
  const shown = [bench.logged(), result.error?.message, ...texts].join("\n");
  const { patientName, patientId, studyInstanceUid, accessionNumber } = CANARY;
  for (const secret of ["carla", "canary", patientName, patientId, studyInstanceUid, accessionNumber]) {
    expect(shown.toLowerCase()).not.toContain(secret.toLowerCase());
  }
  expect(result.error?.message).toContain("cannot read");
});

test("a product that ends by a signal of its own is crashed", async () => {
  expect(codeOf(await orderProbe(bench, `process.kill(process.pid, "SIGSEGV"); forever();`))).toBe(
    "local-processing.crashed",
  );
});

test("an uncaught error is crashed, and the log names the place in the product's files", async () => {
  const outcome = await orderProbe(bench, `throw new Error("Canary");`);
  expect(resultOf(outcome).error?.message).toBe("The product ended with exit code 1.");
  expect(bench.logged()).toMatch(/"place":"main\.mjs:\d+"/);
  expect(bench.logged()).not.toContain("Canary");
});

test("silence is hung, a run without end is a timeout", async () => {
  const hung = await orderProbe(bench, "forever();", { settings: { silenceSeconds: 0.3 } });
  expect(codeOf(hung)).toBe("local-processing.hung");
  const chatty = `setInterval(() => console.log("still here"), 20);`;
  const timeout = await orderProbe(bench, chatty, { settings: { timeoutSeconds: 0.5 } });
  expect(codeOf(timeout)).toBe("local-processing.timeout");
});

test("exit 0 without a result, or with one that is no JSON, is a failure", async () => {
  expect(codeOf(await orderProbe(bench, ""))).toBe("local-processing.no-result");
  const half = `fs.writeFileSync(join(PRODUCT_OUT, "result.json"), '{"contract":');`;
  expect(codeOf(await orderProbe(bench, half))).toBe("local-processing.bad-result");
});

test("an unknown product and wrong parameters are told before anything runs", async () => {
  await installProduct(bench.products, "finish();");
  const unknown = await bench.run(await processStep(bench.folder, { product: "other" }));
  expect(codeOf(unknown)).toBe("local-processing.unknown-product");
  const wrong = await bench.run(await processStep(bench.folder, { params: { maxB: "high" } }));
  expect(codeOf(wrong)).toBe("local-processing.bad-params");
  expect(bench.logged()).not.toContain("product.started");
});

test("a study without a series of the product's modality has no input", async () => {
  const outcome = await orderProbe(bench, "finish();", { modalities: ["CT", "SR"] });
  expect(codeOf(outcome)).toBe("local-processing.no-input");
});

test("not started, out of memory, stopped or temporary: tried again before it is a failure", async () => {
  const cases = [
    { lines: "", description: { command: ["./nowhere"] }, code: "local-processing.not-started" },
    { lines: `process.kill(process.pid, "SIGKILL"); forever();`, code: "local-processing.out-of-memory" },
    { lines: `process.kill(process.pid, "SIGTERM"); forever();`, code: "local-processing.stopped" },
    { lines: "process.exit(75);", code: "probe.temporary" },
  ];
  for (const { lines, code, description = {} } of cases) {
    const first = await orderProbe(bench, lines, { description, attempt: 2 });
    expect(first).toMatchObject({ kind: "retry", code });
    const last = await orderProbe(bench, lines, { description, attempt: 3 });
    expect(codeOf(last)).toBe(code);
  }
});

test("received files that are gone are a fault of the storage", async () => {
  const step = await processStep(bench.folder, { attempt: 3 });
  const gone = (await step.study.instances()).map((instance) => ({
    ...instance,
    path: `${instance.path}.gone`,
  }));
  await installProduct(bench.products, "finish();");
  const outcome = await bench.run({ ...step, study: { ...step.study, instances: async () => gone } });
  expect(resultOf(outcome).error).toMatchObject({ code: "local-processing.storage" });
});

test("a product that writes into received files is found out", async () => {
  const lines = `
    fs.appendFileSync(join(PRODUCT_IN, "series/0001/000001.dcm"), "x");
    report();
    finish();`;
  expect(codeOf(await orderProbe(bench, lines))).toBe("local-processing.input-changed");
});

test("a cancelled step is released, and the product is gone", async () => {
  const controller = new AbortController();
  const lines = `say({ type: "progress", value: 0.1, stage: "start" }); forever();`;
  const onProgress = () => controller.abort(new Error("cancelled"));
  const outcome = await orderProbe(bench, lines, { signal: controller.signal, onProgress });
  expect(outcome).toEqual({ kind: "released" });
});

test("progress is passed on while the product runs", async () => {
  const seen: string[] = [];
  const lines = `
    let part = 0;
    const timer = setInterval(() => {
      part += 1;
      say({ type: "progress", value: part / 4, stage: "part " + part });
      if (part === 4) { clearInterval(timer); report(); finish(); }
    }, 50);`;
  const outcome = await orderProbe(bench, lines, {
    settings: { silenceSeconds: 20 },
    onProgress: (value, stage) => seen.push(`${value} ${stage}`),
  });
  expect(resultOf(outcome).kind).toBe("diagnostic");
  expect(seen).toEqual(["0.25 part 1", "0.5 part 2", "0.75 part 3", "1 part 4"]);
});

test("a broken product.json is passed by and logged", async () => {
  await installProduct(bench.products, "finish();", { contract: "hub.product/2" });
  const outcome = await bench.run(await processStep(bench.folder));
  expect(codeOf(outcome)).toBe("local-processing.unknown-product");
  expect(bench.logged()).toContain("product.refused");
});
