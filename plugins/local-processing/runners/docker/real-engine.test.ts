// Products as containers of a real Docker engine, with images pulled by digest from a real registry.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordingLog } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRunner, type RunnerSettings } from "../open-runner.ts";
import { hasEngine, type RealEngine, startEngine } from "../testing/real-engine.ts";
import { prepareRun, type RunnerBench } from "../testing/runner-bench.ts";
import { runnerContract } from "../testing/runner-contract.ts";
import { DockerEngine } from "./docker-engine.ts";

const INSIDE = { in: "/in", out: "/out", work: "/work" };

let engine: RealEngine;
if (hasEngine()) {
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine?.stop());
  runnerContract("a container of a real engine", openBench);
} else {
  process.stderr.write(
    "NOT TESTED: a real Docker engine (dockerd, containerd, runc, docker-registry, as root)\n",
  );
}

async function openBench(): Promise<RunnerBench> {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  const own = join(folder, "own");
  await mkdir(own);
  const settings: RunnerSettings = {
    runner: "docker",
    process: { isolation: "none" },
    docker: { host: `unix://${engine.socket}` },
    kubernetes: { volumeFolder: "/data", startSeconds: 1 },
  };
  const runner = await openRunner(settings, own, recordingLog());
  return {
    ...{ folder, settings, runner },
    product: { image: engine.image },
    notStartable: { image: engine.withoutProgram },
    claims: { noNetwork: true, readOnlyInput: true, inside: INSIDE, uid: 10_001 },
    close: async () => {
      await runner.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe.runIf(hasEngine())("a real container", () => {
  let bench: RunnerBench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench?.close());

  test("has no rights, no network but its own loopback, and leaves nothing at the engine", async () => {
    const limits = { memoryBytes: 2 ** 29, cpus: 1 };
    const order = prepareRun(bench, "surroundings", { params: { port: 1 }, limits });
    expect((await bench.runner.run(order)).ending).toEqual({ kind: "exited", exitCode: 0 });
    const seen = JSON.parse(await readFile(join(order.folders.out, "seen.json"), "utf8"));
    expect(seen.privileges).toMatch(/^0+$/);
    expect(seen.interfaces).toEqual(["lo"]);
    const docker = new DockerEngine(bench.settings.docker);
    expect(await docker.list(["thalamus.site"])).toEqual([]);
    await docker.close();
  });

  test("a second try of the same order may have the same name when the first one is gone", async () => {
    const order = prepareRun(bench, "done");
    await bench.runner.run(order);
    expect((await bench.runner.run(order)).ending).toEqual({ kind: "exited", exitCode: 0 });
  });
});
