// The bundled product on studies as archives compress them: the numbers are those of the study without compression.
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { hasTool, runTool, writeDwiPhantom } from "@thalamus/sdk/testing";
import { expect, test } from "vitest";
import { processStep } from "./testing/process-step.ts";
import { openBench, resultOf } from "./testing/run-plugin.ts";

/** One for each file in turn. */
const PROGRAMS = [
  ["dcmcrle"],
  ["dcmcjpeg", "+e1"],
  ["dcmcjpls", "+el"],
  ["gdcmconv", "--j2k"],
  ["dcmconv", "+ti"],
  ["dcmconv", "+tb"],
  ["dcmconv", "+td"],
] as const;
const MISSING = PROGRAMS.map(([program]) => program).filter((program) => !hasTool(program));

test.skipIf(MISSING.length > 0)(
  "issue 6 an enhanced series in seven transfer syntaxes is measured like the uncompressed one",
  async () => {
    await using bench = await openBench();
    const { files } = await writeDwiPhantom(join(bench.folder, "phantom"), {
      ...{ scanner: "siemens-enhanced", matrix: 48, slices: 12, directions: 7, b0Volumes: 1 },
    });
    const compressed = join(bench.folder, "compressed");
    mkdirSync(compressed);
    const packed = files.map((file, index) => {
      const [program, ...options] = PROGRAMS[index % PROGRAMS.length]!;
      const target = join(compressed, basename(file));
      expect(runTool(program, ...options, file, target)).toMatchObject({ status: 0 });
      return target;
    });
    const measure = async (study: readonly string[]) => {
      const result = resultOf(
        await bench.run(await processStep(bench.folder, { product: "dti-metrics", files: study })),
      );
      expect(result.kind).toBe("diagnostic");
      const data = result.files.find(({ name }) => name === "data")!;
      const { regions, provenance } = JSON.parse(readFileSync(data.path, "utf8"));
      return { regions, input: provenance.inputSha256 };
    };
    expect(await measure(packed)).toEqual(await measure(files));
  },
);
