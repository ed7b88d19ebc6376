// How a product is started, heard, watched and ended, down to the last process of its group.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endWithParent } from "./process-group.ts";
import { type ProductRun, type RunEnd, runProduct } from "./process-runner.ts";
import { installProduct } from "./testing/product-program.ts";

const runner = new URL("./process-runner.ts", import.meta.url).href;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "process-runner-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function prepared(lines: string, changes: Partial<ProductRun> = {}): Promise<ProductRun> {
  await installProduct(folder, lines);
  const folders = { in: join(folder, "in"), out: join(folder, "out"), work: join(folder, "work") };
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true });
  await writeFile(join(folders.in, "job.json"), "{}");
  return {
    command: ["node", "main.mjs"],
    productFolder: join(folder, "probe"),
    folders,
    signal: new AbortController().signal,
    ...{ timeoutMs: 15_000, silenceMs: 15_000, memoryBytes: 2 ** 40, graceMs: 150 },
    ...changes,
  };
}

const runLines = async (lines: string, changes: Partial<ProductRun> = {}): Promise<RunEnd> =>
  runProduct(await prepared(lines, changes));

/** Hears from processes that call `live`: when one comes to life, and when it is gone. */
async function listenForLife() {
  const path = join(folder, "life.sock");
  const server = createServer().listen(path);
  await once(server, "listening");
  const born = once(server, "connection").then(([socket]: Socket[]) => ({
    socket: socket!.resume(),
    gone: once(socket!, "close"),
  }));
  return { path, born, [Symbol.dispose]: () => server.close() };
}

test("a product sees its folders and nothing else of the hub's environment", async () => {
  process.env["DATABASE_URL"] = "postgres://hub:secret@127.0.0.1/hub";
  process.env["THALAMUS_KEY"] = "secret";
  const { ending } = await runLines(`
    const seen = { env: process.env, args: process.argv.slice(2) };
    fs.writeFileSync(join(PRODUCT_OUT, "env.json"), JSON.stringify(seen));`);
  delete process.env["DATABASE_URL"];
  delete process.env["THALAMUS_KEY"];
  expect(ending).toEqual({ kind: "exited", exitCode: 0 });
  const { env, args } = JSON.parse(await readFile(join(folder, "out/env.json"), "utf8"));
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "PRODUCT_CONTRACT",
    "PRODUCT_IN",
    "PRODUCT_OUT",
    "PRODUCT_WORK",
  ];
  expect(Object.keys(env).sort()).toEqual(names.sort());
  expect(env.HOME).toBe(join(folder, "work"));
  expect(args).toEqual(["run", "--in", env.PRODUCT_IN, "--out", env.PRODUCT_OUT, "--work", env.PRODUCT_WORK]);
});

test("a product that does not hear SIGTERM is killed", async () => {
  const stubborn = `
    process.on("SIGTERM", () => {});
    say({ type: "progress", value: 0, stage: "on" });
    forever();`;
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("cancelled"));
  await expect(runLines(stubborn, { signal: controller.signal, onProgress })).rejects.toThrow("cancelled");
});

test("a product that hears SIGTERM may end by itself", async () => {
  const lines = `
    process.on("SIGTERM", () => { fs.writeFileSync(join(PRODUCT_OUT, "goodbye"), ""); process.exit(143); });
    say({ type: "progress", value: 0, stage: "on" });
    forever();`;
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("cancelled"));
  const running = runLines(lines, { signal: controller.signal, onProgress, graceMs: 20_000 });
  await expect(running).rejects.toThrow("cancelled");
  expect(await readFile(join(folder, "out/goodbye"), "utf8")).toBe("");
});

/** A product that ends well as soon as a child of its own lives and holds its output open. */
function leavesBehind(life: string, options = ""): string {
  const child = `
    const socket = require("node:net").connect(${JSON.stringify(life)});
    socket.on("connect", () => process.send("alive"));
    socket.on("close", () => process.exit());
    setInterval(() => {}, 1000);`;
  return `
    const stdio = ["ignore", "inherit", "inherit", "ipc"];
    const left = spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio, ${options} });
    left.once("message", () => process.exit(0));`;
}

test("what a product leaves behind ends with it", async () => {
  using life = await listenForLife();
  const { ending } = await runLines(leavesBehind(life.path));
  expect(ending).toEqual({ kind: "exited", exitCode: 0 });
  const { gone } = await life.born;
  await gone;
});

test("a process that left the group and holds the output open holds nobody up", async () => {
  using life = await listenForLife();
  const { ending } = await runLines(leavesBehind(life.path, "detached: true"));
  expect(ending).toEqual({ kind: "exited", exitCode: 0 });
  const { socket } = await life.born;
  socket.destroy();
});

test("children of a product that hangs end with it", async () => {
  using life = await listenForLife();
  const child = `
    process.on("SIGTERM", () => {});
    require("node:net").connect(${JSON.stringify(life.path)}).write("x");
    setInterval(() => {}, 1000);`;
  const lines = `spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "ignore" }); forever();`;
  const controller = new AbortController();
  const running = runLines(lines, { signal: controller.signal });
  const { gone } = await life.born;
  controller.abort(new Error("cancelled"));
  await expect(running).rejects.toThrow("cancelled");
  await gone;
});

test.skipIf(endWithParent().length === 0)("a product ends when the hub is killed", async () => {
  using life = await listenForLife();
  const { signal, ...run } = await prepared(`live(${JSON.stringify(life.path)}); forever();`);
  const script = `
    import { runProduct } from ${JSON.stringify(runner)};
    await runProduct({ ...${JSON.stringify(run)}, signal: new AbortController().signal });`;
  const hub = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
  const { gone } = await life.born;
  hub.kill("SIGKILL");
  await gone;
});

test("lines are bounded: a line of 10 MB is one log line, and what follows is heard", async () => {
  const lines = `
    process.stdout.write("x".repeat(10 * 1024 ** 2) + "\\n");
    process.stdout.write('{"type":"progress","value":0.5,"sta');
    process.stdout.write('ge":"half"}\\nnot json\\n{"type":"progress","value":7}\\n{"type":"progress"\\n');
    say({ type: "error", code: "LAST", msg: "end" });
    process.stdout.write('{"type":"progress","value":1,"stage":"without a line end"}');`;
  const seen: string[] = [];
  const { said, lines: count } = await runLines(lines, { onProgress: (_, stage) => seen.push(stage) });
  expect(seen).toEqual(["half", "without a line end"]);
  expect(said).toEqual({ type: "error", code: "LAST", message: "end" });
  expect(count).toBe(7);
});

test("of the error output the last 8 KiB are kept", async () => {
  const { errorOutput } = await runLines(`fs.writeSync(2, "a".repeat(100_000)); fs.writeSync(2, "the end");`);
  expect(errorOutput).toHaveLength(8192);
  expect(errorOutput.endsWith("aaathe end")).toBe(true);
});

test.runIf(process.platform === "linux")("a group that takes more memory than it may is killed", async () => {
  const child = `const held = Buffer.alloc(300 * 1024 ** 2, 1); setInterval(() => held[0], 1000);`;
  const lines = `spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "ignore" }); forever();`;
  const { ending } = await runLines(lines, { memoryBytes: 250 * 1024 ** 2, lookMs: 50 });
  expect(ending).toEqual({ kind: "out-of-memory" });
});

test("an aborted run does not start, and a program that is not there is told", async () => {
  await expect(runLines("", { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow(
    "too late",
  );
  const { ending } = await runLines("", { command: ["./nowhere"], productFolder: "/nowhere" });
  expect(ending).toEqual({ kind: "not-started", code: "ENOENT" });
});
