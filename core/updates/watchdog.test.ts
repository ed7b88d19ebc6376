// The watchdog as the process it is: compose is a stub that writes down how it was called; no Docker is here.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ComposePlan, exchange } from "./switch-plan.ts";
import { UpdateFile, type UpdateState } from "./update-state.ts";

const WATCHDOG = join(import.meta.dirname, "watchdog.ts");
const IMAGE = "registry.test/thalamus";
let folder: string;
let file: UpdateFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thalamus-watchdog-"));
  file = new UpdateFile(join(folder, "updates"));
  writeFileSync(join(folder, ".env"), `# of the site\nTZ=Europe/Berlin\nTHALAMUS_IMAGE=${IMAGE}:0.1.0\n`);
  dockerThat("exit 0");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param end of the script, after it has written down its arguments */
function dockerThat(end: string): void {
  const script = `#!/bin/sh\necho "$PWD $@" >> "${join(folder, "calls")}"\n${end}\n`;
  writeFileSync(join(folder, "docker"), script);
  chmodSync(join(folder, "docker"), 0o755);
}

const calls = (): string[] =>
  readFileSync(join(folder, "calls"), "utf8").trim().replaceAll(`${folder} `, "").split("\n");
const env = (): string => readFileSync(join(folder, ".env"), "utf8");

function plan(): ComposePlan {
  const docker = join(folder, "docker");
  return {
    ...{ kind: "compose", folder, envFile: join(folder, ".env"), variable: "THALAMUS_IMAGE" },
    ...{ forward: `${IMAGE}@sha256:${"a".repeat(64)}`, back: `${IMAGE}:0.1.0` },
    ...{ fetch: [[docker, "compose", "pull", "hub"]], restart: [docker, "compose", "up", "-d", "hub"] },
  };
}

async function begin(more: Partial<UpdateState> = {}): Promise<{ ended: Promise<number | null> }> {
  const at = new Date().toISOString();
  await file.begin({
    ...{ id: "one", phase: "pending", from: "0.1.0", to: "0.2.0", updater: "compose", startedBy: "admin" },
    ...{ startedAt: at, changedAt: at, message: "", limitSeconds: 20, plan: plan(), ...more },
  });
  const child = spawn(process.execPath, [WATCHDOG, file.folder, "one"], { stdio: "inherit" });
  return { ended: new Promise((resolve) => child.once("exit", resolve)) };
}

describe("the watchdog", () => {
  test("A-277 changes the image, lets compose fetch and start it, and leaves when the new version says that it works", async () => {
    const { ended } = await begin();
    await vi.waitFor(() => expect(calls()).toHaveLength(2), { timeout: 10_000 });
    expect(await file.move("one", "done", { message: "Version 0.2.0 works." })).toBeDefined();
    expect(await ended).toBe(0);
    expect(calls()).toEqual(["compose pull hub", "compose up -d hub"]);
    expect(env()).toBe(`# of the site\nTZ=Europe/Berlin\nTHALAMUS_IMAGE=${IMAGE}@sha256:${"a".repeat(64)}\n`);
    expect(readFileSync(file.logPath, "utf8")).toContain("ended as done");
  });

  test("A-277 brings the version of before back when the new one is silent", async () => {
    const { ended } = await begin({ limitSeconds: 1 });
    expect(await ended).toBe(0);
    expect(calls()).toEqual(["compose pull hub", "compose up -d hub", "compose up -d hub"]);
    expect(env()).toContain(`THALAMUS_IMAGE=${IMAGE}:0.1.0\n`);
    expect(file.read()).toMatchObject({ phase: "rolled-back" });
    expect(file.read()?.message).toContain("did not work within 1 s");
    // too late
    expect(await file.move("one", "done")).toBeUndefined();
  });

  test("brings it back at once when the image cannot be fetched", async () => {
    dockerThat('[ "$2" != pull ] || exit 7');
    const { ended } = await begin();
    expect(await ended).toBe(0);
    expect(calls()).toEqual(["compose pull hub", "compose up -d hub"]);
    expect(env()).toContain(`THALAMUS_IMAGE=${IMAGE}:0.1.0\n`);
    expect(file.read()?.message).toContain("ended with exit code 7");
  });

  test("takes a variable away again that was not there", () => {
    writeFileSync(join(folder, ".env"), "TZ=Europe/Berlin\n");
    exchange(plan(), "forward");
    expect(env()).toContain("THALAMUS_IMAGE=");
    exchange({ ...plan(), back: null }, "back");
    expect(env()).toBe("TZ=Europe/Berlin\n");
  });

  test("says so when nothing helps", async () => {
    dockerThat("exit 1");
    const { ended } = await begin();
    expect(await ended).toBe(1);
    expect(file.read()).toMatchObject({
      phase: "rolled-back",
      message: expect.stringContaining("Rolling back failed"),
    });
  });

  test("touches nothing when the update was called off", async () => {
    const { ended } = await begin({ phase: "failed" });
    expect(await ended).toBe(0);
    expect(() => calls()).toThrow();
    expect(env()).toContain(`${IMAGE}:0.1.0`);
  });
});
