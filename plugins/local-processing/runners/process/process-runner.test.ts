// Products as processes: the common suite with and without confinement, and what is peculiar to processes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { recordingLog } from "@thalamus/sdk/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRunner, type RunnerSettings } from "../open-runner.ts";
import type { Abandoned } from "../testing/abandoned-run.ts";
import { type CaseName, listenForLife, prepareRun, type RunnerBench } from "../testing/runner-bench.ts";
import { runnerContract } from "../testing/runner-contract.ts";
import { Confinement } from "./confinement.ts";
import { ProcessRunner } from "./process-runner.ts";
import { ProcessorShares } from "./processor-shares.ts";
import { MARK, RunRecords } from "./run-records.ts";

const USER = { uid: 10_001, gid: 10_001 };
const found = await Confinement.find();
const withUser = await Confinement.find(USER);

function settingsOf(process: RunnerSettings["process"]): RunnerSettings {
  return {
    runner: "process",
    process,
    docker: { host: "unix:///nowhere" },
    kubernetes: { volumeFolder: "/data", startSeconds: 1 },
  };
}

async function openBench(process: RunnerSettings["process"], confinement: Confinement): Promise<RunnerBench> {
  const folder = await mkdtemp(join(tmpdir(), "process-runner-"));
  const own = join(folder, "own");
  await mkdir(own);
  const settings = settingsOf(process);
  const sees = { in: "/mnt/in", out: "/mnt/out", work: "/mnt/work" };
  return {
    folder,
    runner: await openRunner(settings, own, recordingLog()),
    settings,
    product: {},
    notStartable: { command: ["./nowhere"] },
    claims: {
      noNetwork: confinement.enforces("no-network"),
      readOnlyInput: confinement.enforces("read-only-input"),
      ...(confinement.user ? { inside: sees, uid: confinement.user.uid } : {}),
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

runnerContract("a bare process", () => openBench({ isolation: "none" }, Confinement.none));
runnerContract("a confined process", () => openBench({ isolation: "available" }, found));
if (withUser.user) {
  const settings = { isolation: "available", user: "10001:10001" } as const;
  runnerContract("a process with a user of its own", () => openBench(settings, withUser));
}

describe("a process", () => {
  let folder: string;
  let runner: ProcessRunner;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "process-runner-"));
    runner = new ProcessRunner(join(folder, "runs"), found);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const prepare = (one: CaseName, changes: Parameters<typeof prepareRun>[2] = {}) =>
    prepareRun({ folder, product: {} }, one, changes);

  test.runIf(found.enforces("no-privileges"))("has no rights of root and leaves no core file", async () => {
    const order = prepare("surroundings", { params: { port: 1 } });
    await runner.run(order);
    const seen = JSON.parse(readFileSync(join(order.folders.out, "seen.json"), "utf8"));
    expect(seen.privileges).toMatch(/^0+$/);
    expect(seen.cores).toBe("0");
  });

  test.runIf(found.enforces("ends-with-hub"))("ends when the hub is killed", async () => {
    const { signal: _signal, launch: _launch, ...order } = prepare("lives");
    using life = await listenForLife(order);
    const given: Abandoned = { settings: settingsOf({ isolation: "available" }), own: folder, run: order };
    const script = join(import.meta.dirname, "../testing/abandoned-run.ts");
    const hub = spawn(process.execPath, [script, JSON.stringify(given)], { stdio: "inherit" });
    const { gone } = await life.born;
    hub.kill("SIGKILL");
    await gone;
    // nothing is left to end, and the next look forgets the run
    await rm(dirname(order.folders.out), { recursive: true });
    expect(await runner.endOrphans()).toEqual([]);
  });

  test("is never mistaken for another one: only its own mark counts", async () => {
    const { folders } = prepare("done");
    const records = new RunRecords(join(folder, "runs"));
    await records.begin("step-1.token", { ...folders, out: join(folder, "gone/out") });
    const stranger = spawn(process.execPath, ["-e", "console.log(1); setInterval(() => {}, 1000)"], {
      env: { [MARK]: "step-1.token-of-another" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const left = once(stranger, "exit");
    await once(stranger.stdout, "data");
    expect(await runner.endOrphans()).toEqual([]);
    stranger.kill("SIGINT");
    expect(await left).toEqual([null, "SIGINT"]);
  });

  test("A-207 runs on as many processors as it may, and on others than its neighbour", () => {
    const shares = new ProcessorShares([0, 1, 2, 5]);
    const first = shares.take(1.5);
    expect([first.list, shares.take(2).list]).toEqual(["0,1", "2,5"]);
    first[Symbol.dispose]();
    expect([shares.take(1).list, shares.take(64).list]).toEqual(["0", "0,1,2,5"]);
  });
});
