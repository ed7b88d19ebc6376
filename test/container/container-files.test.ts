// docker/: what the container is made of and how it tells that it is well. docker/smoke.sh builds and starts the real one.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../core/config/load-config.ts";
import { hubInProcess, newSite } from "../support/hub-in-test.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const file = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const askHealth = (port: number): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, THALAMUS_HTTP_PORT: String(port) };
    execFile(process.execPath, [join(ROOT, "docker/health.mjs")], { env }, (error, said) =>
      resolve({ code: Number(error?.code ?? 0), said }),
    );
  });

test("the container's configuration is a right one, and listens where the ports are published", () => {
  const { config, dataFolder } = loadConfig(join(ROOT, "docker/hub.yaml"), {});
  expect(dataFolder).toBe("/data");
  const { services, volumes } = parse(file("docker/compose.yaml"));
  const { ports, volumes: mounts, build } = services.hub;
  expect(ports.map((line: string) => line.split(":").at(-1))).toEqual([String(config.http.port), "11112"]);
  expect(Object.keys(volumes)).toContain(mounts[0].split(":")[0]);
  expect(mounts[0]).toMatch(/:\/data$/);
  expect(existsSync(join(ROOT, build.dockerfile))).toBe(true);
});

test("what the Dockerfile takes along is there, and is not kept from it", () => {
  const kept = file(".dockerignore").trim().split("\n");
  const moved = /mv (package\.json .*) \/thalamus\//.exec(file("docker/Dockerfile"))?.[1]?.split(" ") ?? [];
  expect(moved).toEqual(expect.arrayContaining(["core", "sdk", "plugins", "docker/health.mjs"]));
  for (const path of moved) {
    expect(existsSync(join(ROOT, path)), path).toBe(true);
    if (path !== "node_modules") expect(kept).not.toContain(path.split("/")[0]);
  }
});

test("the health check tells a hub that works from one that is not there", async () => {
  const site = await newSite({ plugins: [] });
  const hub = await hubInProcess(site);
  const { port } = hub.http;
  expect(await askHealth(port)).toMatchObject({ code: 0, said: expect.stringContaining('"database":true') });
  await hub.stop();
  site.remove();
  expect((await askHealth(port)).code).toBe(1);
});
