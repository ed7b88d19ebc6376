// The bundled product on a synthetic head: from received DICOM files to a diagnostic result.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeDwiPhantom } from "@thalamus/sdk/testing";
import { expect, test } from "vitest";
import { processStep } from "./testing/process-step.ts";
import { openBench, resultOf } from "./testing/run-plugin.ts";

test("dti-metrics measures a phantom and gives every required artifact", async () => {
  await using bench = await openBench();
  const phantom = await writeDwiPhantom(join(bench.folder, "phantom"), {
    matrix: 64,
    slices: 16,
    directions: 8,
  });
  const stages = new Set<string>();
  const step = await processStep(bench.folder, {
    product: "dti-metrics",
    files: phantom.files,
    onProgress: (_, stage) => stages.add(stage),
  });
  const result = resultOf(await bench.run(step));
  expect(result.error).toBeUndefined();
  expect(result.kind).toBe("diagnostic");
  const names = result.files.map(({ name }) => name);
  for (const name of ["report", "preview", "summary", "data", "xml", "features", "maps/FA", "maps/MD"]) {
    expect(names).toContain(name);
  }
  expect(result.indexes.length).toBeGreaterThan(0);
  expect([...stages]).toEqual(expect.arrayContaining(["convert", "tensor", "report"]));
  for (const { path } of result.files) {
    const text = await readFile(path, "latin1");
    for (const canary of phantom.truth.canaries) expect(text).not.toContain(canary);
  }
});
