// What every runner does alike: the same cases of the same product, whatever it runs in.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProductRun, RunEnd } from "../runner.ts";
import type { Abandoned } from "./abandoned-run.ts";
import { type CaseName, listenForLife, prepareRun, type RunnerBench } from "./runner-bench.ts";

const MEMORY = 192 * 1024 ** 2;

/** @param open called once, before the first test */
export function runnerContract(name: string, open: () => Promise<RunnerBench>): void {
  describe(`${name} as a runner`, () => {
    let bench: RunnerBench;
    beforeAll(async () => {
      bench = await open();
    });
    afterAll(() => bench?.close());

    const prepare = (one: CaseName, changes?: Parameters<typeof prepareRun>[2]) =>
      prepareRun(bench, one, changes);
    const run = (one: CaseName, changes?: Parameters<typeof prepareRun>[2]): Promise<RunEnd> =>
      bench.runner.run(prepare(one, changes));

    /** A run that is given up as soon as the product says that it is on. */
    const cancelled = (one: CaseName, changes: Partial<ProductRun> = {}) => {
      const controller = new AbortController();
      const onProgress = (value: number) => {
        if (value > 0) controller.abort(new Error("cancelled"));
      };
      return prepare(one, { signal: controller.signal, onProgress, ...changes });
    };

    test("a product that ends well ends with 0, its progress was heard and its result is there", async () => {
      const seen: string[] = [];
      const order = prepare("done", { onProgress: (value, stage) => seen.push(`${value} ${stage}`) });
      const { ending, errorOutput } = await bench.runner.run(order);
      expect(ending).toEqual({ kind: "exited", exitCode: 0 });
      expect(seen.filter((one) => !one.startsWith("0 "))).toEqual(["0.1 on", "1 done"]);
      expect(errorOutput).toContain("said on the other output");
      expect(JSON.parse(readFileSync(join(order.folders.out, "result.json"), "utf8")).jobId).toBe(order.id);
    });

    test.each([
      ["unsuitable", 3, "NO_SERIES"],
      ["bad-job", 4, "BAD_JOB"],
      ["internal", 10, "INTERNAL"],
      ["try-again", 75, "BUSY"],
    ] as const)("a product that is %s ends with exit code %i, and says why", async (one, exitCode, code) => {
      const { ending, said } = await run(one);
      expect(ending).toEqual({ kind: "exited", exitCode });
      expect(said?.code).toBe(code);
    });

    test("a run that is cancelled ends with the reason, and the product is asked first", async () => {
      const order = cancelled("polite", { graceMs: 20_000 });
      await expect(bench.runner.run(order)).rejects.toThrow("cancelled");
      expect(existsSync(join(order.folders.out, "goodbye"))).toBe(true);
    });

    test("a product that does not hear is killed", async () => {
      const order = cancelled("stubborn");
      using life = await listenForLife(order);
      await expect(bench.runner.run(order)).rejects.toThrow("cancelled");
      const { gone } = await life.born;
      await gone;
    });

    test("a run that was cancelled before it began does not begin", async () => {
      const order = prepare("done", { signal: AbortSignal.abort(new Error("too late")) });
      await expect(bench.runner.run(order)).rejects.toThrow("too late");
      expect(existsSync(join(order.folders.out, "result.json"))).toBe(false);
    });

    test("a run that takes too long is ended, and so is one that falls silent", async () => {
      expect((await run("chatty", { timeoutMs: 600 })).ending).toEqual({ kind: "timeout" });
      expect((await run("silent", { silenceMs: 600 })).ending).toEqual({ kind: "hung" });
    });

    test("A-208 a product that takes more memory than it may is told apart", async () => {
      const { ending } = await run("memory", { limits: { memoryBytes: MEMORY } });
      expect(ending).toEqual({ kind: "out-of-memory" });
    });

    test("a program that is not there is not started", async () => {
      const order = prepareRun({ ...bench, product: { ...bench.product, ...bench.notStartable } }, "done");
      const { ending } = await bench.runner.run(order);
      // a shell before the program says it with its exit code
      if (ending.kind === "exited") expect([126, 127]).toContain(ending.exitCode);
      else expect(ending.kind).toBe("not-started");
    });

    test("what a product leaves behind ends with it", async () => {
      const order = prepare("leaves-behind");
      using life = await listenForLife(order);
      expect((await bench.runner.run(order)).ending).toEqual({ kind: "exited", exitCode: 0 });
      const { gone } = await life.born;
      await gone;
    });

    test("a product sees its folders, no secret of the hub, and no network where that is claimed", async () => {
      process.env["THALAMUS_KEY"] = "secret";
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const order = prepare("surroundings", { params: { port } });
      const { ending } = await bench.runner.run(order);
      server.close();
      delete process.env["THALAMUS_KEY"];
      expect(ending).toEqual({ kind: "exited", exitCode: 0 });
      const seen = JSON.parse(readFileSync(join(order.folders.out, "seen.json"), "utf8"));
      const { noNetwork, readOnlyInput, inside = order.folders, uid } = bench.claims;
      expect(seen.connected).toBe(!noNetwork);
      if (readOnlyInput) expect(["EROFS", "EACCES"]).toContain(seen.input);
      expect(seen.words).toEqual([
        ...["run", "--in", inside.in],
        ...["--out", inside.out, "--work", inside.work],
      ]);
      expect(seen.environment).toMatchObject({ PRODUCT_IN: inside.in, PRODUCT_OUT: inside.out });
      expect(JSON.stringify(seen.environment)).not.toContain("secret");
      if (uid !== undefined) expect(seen.uid).toBe(uid);
    });

    test("what a killed hub left running is found and ended when its folder is gone, and not before", async () => {
      const { signal: _signal, launch: _launch, ...order } = prepare("stubborn");
      using life = await listenForLife(order);
      const given: Abandoned = { settings: bench.settings, own: join(bench.folder, "own"), run: order };
      const script = join(import.meta.dirname, "abandoned-run.ts");
      const hub = spawn(process.execPath, [script, JSON.stringify(given)], { stdio: "inherit" });
      const dead = once(hub, "exit");
      const { gone } = await life.born;
      hub.kill("SIGKILL");
      await dead;
      expect(await bench.runner.endOrphans()).toEqual([]);
      rmSync(dirname(order.folders.out), { recursive: true });
      expect(await bench.runner.endOrphans()).toEqual([order.id]);
      await gone;
      expect(await bench.runner.endOrphans()).toEqual([]);
    });
  });
}
