// Settings that cannot work are told before the hub starts.
import { expect, test } from "vitest";
import type { LocalProcessingSettings } from "./settings.ts";
import { settingsProblems } from "./settings-problems.ts";

const machine = { cpus: 4, memoryBytes: 8 * 1024 ** 3 };
const good: LocalProcessingSettings = {
  ...{ productFolders: [], concurrentRuns: 1, silenceSeconds: 60, attempts: 3, keepImages: 2 },
  ...{ runner: "process", process: { isolation: "available" }, enforceLimits: true },
  docker: { host: "unix:///var/run/docker.sock" },
  kubernetes: { volumeFolder: "/data", startSeconds: 600 },
};
const paths = (changes: Partial<LocalProcessingSettings>, uid = 0) =>
  settingsProblems({ ...good, ...changes }, machine, { uid }).map(({ path }) => path);

test("the defaults work", () => {
  expect(paths({})).toEqual([]);
  expect(paths({ runner: "docker" })).toEqual([]);
});

test("A-206 runs are checked against this machine, not against one elsewhere", () => {
  const large = { concurrentRuns: 8, cpusPerRun: 1 };
  expect(paths(large)).toEqual(["concurrentRuns"]);
  expect(paths({ ...large, runner: "docker" })).toEqual(["concurrentRuns"]);
  expect(paths({ ...large, runner: "docker", docker: { host: "https://engine:2376" } })).toEqual([]);
});

test("only root gives products another user, and only the runner in use is looked at", () => {
  const process = { isolation: "available", user: "10001" } as const;
  expect(paths({ process }, 0)).toEqual([]);
  expect(paths({ process }, 1000)).toEqual(["process.user"]);
  expect(paths({ process }, 10_001)).toEqual([]);
  expect(paths({ process, runner: "docker" }, 1000)).toEqual([]);
});

test("TLS of an engine needs files that are there, in pairs, and no socket", () => {
  const here = import.meta.filename;
  const at = (docker: object) =>
    paths({ runner: "docker", docker: { host: "https://engine:2376", ...docker } });
  expect(at({ caFile: here, certificateFile: here, keyFile: here })).toEqual([]);
  expect(at({ caFile: "/nowhere.pem" })).toEqual(["docker.caFile"]);
  expect(at({ certificateFile: here })).toEqual(["docker.keyFile"]);
  expect(at({ host: "unix:///run/docker.sock", caFile: here })).toEqual(["docker.caFile"]);
  expect(at({ registry: { user: "site" } })).toEqual(["docker.registry.password"]);
});

test("a cluster needs a claim, and an address with namespace and token when the hub is not in it", () => {
  expect(paths({ runner: "kubernetes" })).toEqual(["kubernetes.volumeClaim", "kubernetes.server"]);
  const kubernetes = { ...good.kubernetes, volumeClaim: "files", server: "https://cluster:6443" };
  expect(paths({ runner: "kubernetes", kubernetes })).toEqual([
    "kubernetes.namespace",
    "kubernetes.tokenFile",
  ]);
  const whole = { ...kubernetes, namespace: "imaging", tokenFile: import.meta.filename };
  expect(paths({ runner: "kubernetes", kubernetes: whole })).toEqual([]);
});
