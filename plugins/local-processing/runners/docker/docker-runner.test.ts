// Products as containers: the common suite against a stub of the engine, and against a real one where there is one.
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasOpenssl, NEEDS_OPENSSL, recordingLog, TestAuthority } from "@thalamus/sdk/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRunner, type RunnerSettings } from "../open-runner.ts";
import { EngineAway, type Runner } from "../runner.ts";
import { DockerStub, type DockerStubOptions } from "../testing/docker-stub.ts";
import { hasNoNetwork } from "../testing/local-container.ts";
import { contractProduct, prepareRun, type RunnerBench } from "../testing/runner-bench.ts";
import { runnerContract } from "../testing/runner-contract.ts";

const IMAGE = contractProduct().image!;
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const NO_PROGRAM = `registry.test/without-program@${digest("1")}`;

interface StubBench extends RunnerBench {
  readonly stub: DockerStub;
  readonly log: ReturnType<typeof recordingLog>;
}

async function openStub(docker: object = {}, options: Partial<DockerStubOptions> = {}): Promise<StubBench> {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  const own = join(folder, "own");
  await mkdir(own);
  const stub = new DockerStub({ registry: new Set([IMAGE, NO_PROGRAM]), ...options });
  const socket = join(folder, "engine.sock");
  await stub.server.listen(socket);
  const settings: RunnerSettings = {
    runner: "docker",
    process: { isolation: "none" },
    docker: { host: `unix://${socket}`, ...docker },
    kubernetes: { volumeFolder: "/data", startSeconds: 1 },
  };
  const log = recordingLog();
  const runner = await openRunner(settings, own, log);
  return {
    ...{ folder, settings, runner, stub, log, product: {} },
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

runnerContract("a container of a stub", () => openStub());

describe("a container", () => {
  let bench: StubBench;
  let runner: Runner;
  beforeEach(async () => {
    bench = await openStub();
    runner = bench.runner;
  });
  afterEach(() => bench.close());

  test("has no network, no rights, no writable root and just its three folders", async () => {
    const order = prepareRun(bench, "done", { limits: { memoryBytes: 2 ** 30, cpus: 1.5 } });
    await runner.run(order);
    const [{ HostConfig, User, Image, Labels }] = bench.stub.created as [(typeof bench.stub.created)[0]];
    expect(HostConfig).toMatchObject({
      NetworkMode: "none",
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Init: true,
      PidsLimit: 512,
      LogConfig: { Type: "none", Config: {} },
      Mounts: [
        { Type: "bind", Source: order.folders.in, Target: "/in", ReadOnly: true },
        { Type: "bind", Source: order.folders.out, Target: "/out", ReadOnly: false },
        { Type: "bind", Source: order.folders.work, Target: "/work", ReadOnly: false },
      ],
    });
    const expected = process.getuid?.() === 0 ? "10001:10001" : `${process.getuid?.()}:${process.getgid?.()}`;
    expect([User, Image]).toEqual([expected, IMAGE]);
    expect(Labels).toMatchObject({ "thalamus.run": order.id, "thalamus.product": "contract-product" });
    expect(bench.stub.containers.size).toBe(0);
  });

  test("A-205 A-207 A-208 has the caps of the site, and none when the site wants none", async () => {
    await runner.run(prepareRun(bench, "done", { limits: { memoryBytes: 2 ** 30, cpus: 1.5 } }));
    await runner.run(prepareRun(bench, "done", { limits: {} }));
    const [capped, free] = bench.stub.created.map(({ HostConfig }) => HostConfig);
    expect(capped).toMatchObject({ Memory: 2 ** 30, MemorySwap: 2 ** 30, NanoCpus: 1_500_000_000 });
    for (const cap of ["Memory", "MemorySwap", "NanoCpus"]) expect(free).not.toHaveProperty(cap);
  });

  test("its image is pulled by digest when it is not there, once, and that is seen", async () => {
    const stages: string[] = [];
    const onProgress = (value: number, stage: string) => stages.push(`${value} ${stage}`);
    await runner.run(prepareRun(bench, "done", { onProgress }));
    await runner.run(prepareRun(bench, "done"));
    expect(stages.slice(0, 2)).toEqual(["0 pull 10 percent", "0 pull 100 percent"]);
    expect(bench.log.lines.filter(({ event }) => event === "image.pulled")).toHaveLength(1);
    const pulls = bench.stub.server.asked.filter((one) => one.endsWith("/images/create"));
    expect(pulls).toHaveLength(1);
  });

  test("an image that the registry does not have is not started, and the log says what the engine said", async () => {
    const image = `registry.test/contract-product@${digest("2")}`;
    const end = await runner.run(prepareRun({ ...bench, product: { image } }, "done"));
    expect(end.ending).toEqual({ kind: "not-started", code: "image-not-pulled" });
    expect(bench.log.text()).toContain("manifest unknown");
  });

  test("a second container of one try is refused, and the first one goes on", async () => {
    const order = prepareRun(bench, "chatty", { timeoutMs: 1500 });
    const first = runner.run(order);
    await expect.poll(() => bench.stub.containers.size).toBe(1);
    expect((await runner.run(order)).ending).toEqual({ kind: "not-started", code: "docker-409" });
    expect((await first).ending).toEqual({ kind: "timeout" });
  });

  test("a folder that the engine does not have is refused: the map of a hub in a container is wrong", async () => {
    const other = await openStub({ hostFolder: { hub: tmpdir(), engine: "/nowhere/thalamus/" } });
    const order = prepareRun(other, "done");
    expect((await other.runner.run(order)).ending).toEqual({ kind: "not-started", code: "docker-400" });
    const [{ HostConfig }] = other.stub.created as [(typeof other.stub.created)[0]];
    const elsewhere = order.folders.in.replace(tmpdir(), "/nowhere/thalamus");
    expect(HostConfig.Mounts[0]?.Source).toBe(elsewhere);
    await other.close();
  });

  test("an engine that is away is told as such, and found again when it is back", async () => {
    const order = prepareRun(bench, "done");
    await bench.stub.server.close();
    await expect(runner.run(order)).rejects.toThrow(EngineAway);
    await expect(runner.endOrphans()).rejects.toThrow("The Docker engine does not answer");
    await bench.stub.server.listen(bench.settings.docker.host.slice("unix://".length));
    expect((await runner.run(prepareRun(bench, "done"))).ending).toEqual({ kind: "exited", exitCode: 0 });
  });

  test("an engine that goes away while a product runs ends the try, not the order", async () => {
    const order = prepareRun(bench, "chatty");
    const running = runner.run(order);
    await expect.poll(() => bench.stub.server.asked.at(-1)).toContain("/start");
    await bench.stub.server.close();
    await expect(running).rejects.toThrow(EngineAway);
  });

  test.runIf(hasOpenssl)(
    `an engine elsewhere is spoken to over TLS, both sides with their papers${NEEDS_OPENSSL}`,
    async () => {
      using authority = new TestAuthority();
      const server = authority.sign("engine", { alternativeNames: "IP:127.0.0.1" });
      const client = authority.sign("hub");
      const stub = new DockerStub({ registry: new Set([IMAGE]) });
      const port = await stub.server.listen({
        cert: readFileSync(server.certificateFile),
        key: readFileSync(server.keyFile),
        ca: readFileSync(authority.caFile),
        requestCert: true,
      });
      const settings = (docker: object): RunnerSettings => ({
        ...bench.settings,
        docker: { host: `https://127.0.0.1:${port}`, caFile: authority.caFile, ...docker },
      });
      const own = join(bench.folder, "own");
      const stranger = await openRunner(settings({}), own, recordingLog());
      await expect(stranger.run(prepareRun(bench, "done"))).rejects.toThrow(EngineAway);
      const known = await openRunner(settings(client), own, recordingLog());
      expect((await known.run(prepareRun(bench, "done"))).ending).toEqual({ kind: "exited", exitCode: 0 });
      await stranger.close();
      await known.close();
      await stub.close();
    },
  );

  test("a registry gets the sign-in of the site, whose password may be in a file", async () => {
    const login = Buffer.from(JSON.stringify({ username: "site", password: "secret" })).toString("base64url");
    const registry = { user: "site", password: "secret" };
    const other = await openStub({ registry }, { login });
    expect((await other.runner.run(prepareRun(other, "done"))).ending.kind).toBe("exited");
    expect(other.log.text()).not.toContain("secret");
    await other.close();
  });
});
