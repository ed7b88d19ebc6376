// Products as Jobs: the common suite against a stub of the API server, and what is peculiar to Jobs.
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasOpenssl, NEEDS_OPENSSL, recordingLog, TestAuthority } from "@thalamus/sdk/testing";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRunner, type RunnerSettings } from "../open-runner.ts";
import { CLAIM, KubernetesStub, NAMESPACE, TOKEN } from "../testing/kubernetes-stub.ts";
import { hasNoNetwork } from "../testing/local-container.ts";
import { contractProduct, prepareRun, type RunnerBench } from "../testing/runner-bench.ts";
import { runnerContract } from "../testing/runner-contract.ts";

const authority = hasOpenssl ? new TestAuthority() : undefined;
const NO_PROGRAM = `registry.test/without-program@sha256:${"1".repeat(64)}`;

interface StubBench extends RunnerBench {
  readonly stub: KubernetesStub;
  readonly log: ReturnType<typeof recordingLog>;
  readonly tokenFile: string;
}

async function openStub(changes: object = {}): Promise<StubBench> {
  const folder = await mkdtemp(join(tmpdir(), "kubernetes-"));
  const own = join(folder, "own");
  await mkdir(own);
  const { certificateFile, keyFile } = authority!.sign("kubernetes", { alternativeNames: "IP:127.0.0.1" });
  const stub = new KubernetesStub({ volume: folder });
  const keys = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
  const port = await stub.listen(keys);
  const tokenFile = join(folder, "token");
  await writeFile(tokenFile, `${TOKEN}\n`);
  const kubernetes = {
    ...{ server: `https://127.0.0.1:${port}`, caFile: authority!.caFile, tokenFile, namespace: NAMESPACE },
    ...{ volumeClaim: CLAIM, volumeFolder: folder, startSeconds: 30 },
    ...changes,
  };
  const settings: RunnerSettings = {
    runner: "kubernetes",
    process: { isolation: "none" },
    docker: { host: "unix:///nowhere" },
    kubernetes,
  };
  const log = recordingLog();
  const runner = await openRunner(settings, own, log);
  return {
    ...{ folder, settings, runner, stub, log, tokenFile, product: {} },
    notStartable: { image: NO_PROGRAM },
    // the stand-in for a container sees the folders of this machine
    claims: { noNetwork: hasNoNetwork, readOnlyInput: false },
    close: async () => {
      await runner.close();
      await stub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

afterAll(() => authority?.[Symbol.dispose]());
if (hasOpenssl) runnerContract("a Job of a stub", () => openStub());

describe.runIf(hasOpenssl)(`a Job${NEEDS_OPENSSL}`, () => {
  let bench: StubBench;
  beforeEach(async () => {
    bench = await openStub();
  });
  afterEach(() => bench.close());

  test("is restricted: no rights, no token, no writable root, and just its three folders of the volume", async () => {
    const order = prepareRun(bench, "done", { limits: { memoryBytes: 2 ** 30, cpus: 1.5 } });
    await bench.runner.run(order);
    const [{ spec, metadata }] = bench.stub.created as [(typeof bench.stub.created)[0]];
    const pod = spec.template.spec;
    expect(pod).toMatchObject({
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(pod.containers[0]).toMatchObject({
      image: contractProduct().image,
      securityContext: {
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      volumeMounts: [
        { name: "files", mountPath: "/in", subPath: `work/${order.id}/in`, readOnly: true },
        { name: "files", mountPath: "/out", subPath: `work/${order.id}/out` },
        { name: "files", mountPath: "/work", subPath: `work/${order.id}/work` },
        { name: "tmp", mountPath: "/tmp" },
      ],
    });
    expect(metadata.annotations["thalamus.run"]).toBe(order.id);
    expect(spec.template.metadata.labels["thalamus.network"]).toBe("none");
    expect(bench.stub.jobs.size).toBe(0);
  });

  test("tells the cluster what each exit code means, and leaves tries to the hub", async () => {
    await bench.runner.run(prepareRun(bench, "done"));
    const { backoffLimit, podFailurePolicy, activeDeadlineSeconds } = bench.stub.created[0]!.spec;
    expect(backoffLimit).toBe(0);
    expect(activeDeadlineSeconds).toBeGreaterThan(50);
    expect(podFailurePolicy.rules.map(({ action, onExitCodes }) => [action, onExitCodes?.values])).toEqual([
      ["FailJob", [3, 4, 10]],
      ["Ignore", undefined],
      ["Count", [75, 137]],
    ]);
  });

  test("A-205 A-207 A-208 has the caps of the site, and none when the site wants none", async () => {
    await bench.runner.run(prepareRun(bench, "done", { limits: { memoryBytes: 2 ** 30, cpus: 1.5 } }));
    await bench.runner.run(prepareRun(bench, "done", { limits: {} }));
    const [capped, free] = bench.stub.created.map(({ spec }) => spec.template.spec.containers[0]!.resources);
    expect(capped?.limits).toEqual({ cpu: "1500m", memory: String(2 ** 30) });
    expect(capped?.requests).toEqual(capped?.limits);
    expect(free?.limits).toEqual({});
    expect(free?.requests).toEqual({ cpu: "1000m", memory: String(256 * 1024 ** 2) });
  });

  test("lines are heard once each, however often the stream of the log ends", async () => {
    bench.stub.cutsStreams = true;
    const seen: string[] = [];
    const order = prepareRun(bench, "done", { onLine: (line) => seen.push(line) });
    expect((await bench.runner.run(order)).ending).toEqual({ kind: "exited", exitCode: 0 });
    const events = seen.filter((line) => line.startsWith("{"));
    expect(events.map((line) => JSON.parse(line).stage)).toEqual(["on", "done"]);
    expect(seen).toHaveLength(3);
  });

  test.each([
    ["no-room", "Unschedulable"],
    ["no-image", "ImagePullBackOff"],
  ] as const)("that cannot start (%s) is not started, after the longest wait", async (scheduling, code) => {
    const other = await openStub({ startSeconds: 0.3 });
    other.stub.scheduling = scheduling;
    const stages: string[] = [];
    const onProgress = (_: number, stage: string) => stages.push(stage);
    const { ending } = await other.runner.run(prepareRun(other, "done", { onProgress }));
    expect(ending).toEqual({ kind: "not-started", code });
    expect(stages).toContain(code);
    expect(other.stub.jobs.size).toBe(0);
    await other.close();
  });

  test("that can never start is not waited for", async () => {
    bench.stub.scheduling = "bad-image";
    const { ending } = await bench.runner.run(prepareRun(bench, "done"));
    expect(ending).toEqual({ kind: "not-started", code: "InvalidImageName" });
  });

  test("is not begun when the hub's folders are not on the volume that products get", async () => {
    const other = await openStub({ volumeFolder: "/data" });
    const { ending } = await other.runner.run(prepareRun(other, "done"));
    expect(ending).toEqual({ kind: "not-started", code: "outside-volume" });
    expect(other.stub.created).toEqual([]);
    await other.close();
  });

  test("that waits for a place can be cancelled", async () => {
    bench.stub.scheduling = "no-room";
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("cancelled"));
    const order = prepareRun(bench, "done", { signal: controller.signal, onProgress });
    await expect(bench.runner.run(order)).rejects.toThrow("cancelled");
    expect(bench.stub.jobs.size).toBe(0);
  });

  test("whose pod the cluster takes away is stopped from outside: the hub tries again", async () => {
    const running = bench.runner.run(prepareRun(bench, "chatty"));
    await expect.poll(() => bench.stub.pods[0]?.state).toHaveProperty("running");
    await bench.stub.disrupt(bench.stub.pods[0]!);
    expect((await running).ending).toEqual({ kind: "killed", signal: "SIGTERM" });
    expect(bench.stub.jobs.size).toBe(0);
  });

  test("that somebody removes is stopped from outside", async () => {
    const running = bench.runner.run(prepareRun(bench, "chatty"));
    await expect.poll(() => bench.stub.pods[0]?.state).toHaveProperty("running");
    const [name] = bench.stub.jobs.keys();
    bench.stub.jobs.delete(name!);
    const [pod] = bench.stub.pods.splice(0);
    pod?.kill();
    expect((await running).ending).toEqual({ kind: "killed", signal: "SIGTERM" });
  });

  test("a token that is renewed is read again, and one that is refused is told", async () => {
    expect((await bench.runner.run(prepareRun(bench, "done"))).ending.kind).toBe("exited");
    bench.stub.token = "renewed";
    const refused = await bench.runner.run(prepareRun(bench, "done"));
    expect(refused.ending).toEqual({ kind: "not-started", code: "kubernetes-401" });
    await writeFile(bench.tokenFile, "renewed");
    expect((await bench.runner.run(prepareRun(bench, "done"))).ending.kind).toBe("exited");
  });
});
