// A wrong configuration is refused with every problem at once, each with its path in the file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ConfigError } from "./config-problem.ts";
import { loadConfig } from "./load-config.ts";

const folder = mkdtempSync(join(tmpdir(), "thalamus-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string): string => {
  const file = join(folder, "hub.yaml");
  writeFileSync(file, text);
  return file;
};

const problemsIn = (text: string, environment: Record<string, string> = {}) => {
  try {
    loadConfig(write(text), environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test("an empty file gives a hub with all defaults", () => {
  const { config, dataFolder, databaseUrl } = loadConfig(write(""), {});
  expect(config.http).toEqual({
    host: "127.0.0.1",
    port: 8080,
    hstsDays: 0,
    trustedProxies: [],
    metrics: { access: "loopback" },
  });
  expect(config.intake.stableAfterSeconds).toBe(60);
  expect(dataFolder).toBe(join(folder, "../data"));
  expect(databaseUrl).toBeUndefined();
});

test("every problem is told at once, with its path and its line", () => {
  const problems = problemsIn(
    [
      "http:",
      "  port: 99999",
      "intakes: {}",
      "plugins:",
      "  - use: a",
      "    path: b",
      "  - settings: 7",
      "",
    ].join("\n"),
    { THALAMUS_HTTP_PORT: "many" },
  );
  expect(problems).toContainEqual({ path: "http.port", line: 2, message: "must be <= 65535" });
  expect(problems).toContainEqual({ path: "intakes", line: 3, message: "is not a known setting" });
  expect(problems).toContainEqual({ path: "plugins[1].settings", line: 7, message: "must be object" });
  expect(problems).toContainEqual({
    path: "THALAMUS_HTTP_PORT",
    line: undefined,
    message: "must be a port, 0 to 65535",
  });
});

test("a plugin entry names exactly one source, and names are unique", () => {
  const problems = problemsIn("plugins:\n  - use: a\n    path: b\n  - use: dicom-scp\n  - use: dicom-scp\n");
  expect(problems.map(({ path }) => path)).toEqual(["plugins[0]", "plugins[2]"]);
});

test("A-139 A-140 a tag that cannot be read and a token that is not given are told with their paths", () => {
  const problems = problemsIn(
    "http: { metrics: { access: token } }\nroute:\n  productTag: { tag: '0018,1030', privateCreator: ACME }\n",
  );
  expect(problems.map(({ path, line }) => [path, line])).toEqual([
    ["http.metrics", 1],
    ["route.productTag.tag", 3],
  ]);
});

test("broken YAML and a missing file are told with their reason", () => {
  expect(problemsIn("http: {port: 1\n")[0]?.line).toBeGreaterThan(0);
  expect(() => loadConfig(join(folder, "nowhere.yaml"), {})).toThrow(/cannot be read \(ENOENT\)/);
});

test("the environment wins over the file", () => {
  const file = write("http: { port: 1 }\nplugins:\n  - use: dicom-scp\n    settings: { port: 2 }\n");
  const { config, dataFolder, databaseUrl } = loadConfig(file, {
    THALAMUS_HTTP_PORT: "0",
    THALAMUS_DICOM_PORT: "104",
    THALAMUS_DATA: "/srv/thalamus",
    DATABASE_URL: "postgres://db/hub",
  });
  expect(config.http.port).toBe(0);
  expect(config.plugins[0]?.settings["port"]).toBe(104);
  expect(dataFolder).toBe("/srv/thalamus");
  expect(databaseUrl).toBe("postgres://db/hub");
});

test("settings that two entries share through a YAML anchor do not get each other's defaults", () => {
  const text = "plugins:\n  - use: a\n    settings: &pacs { port: 1 }\n  - use: b\n    settings: *pacs\n";
  const [first, second] = loadConfig(write(text), {}).config.plugins;
  first!.settings["port"] = 2;
  expect(second!.settings["port"]).toBe(1);
});
