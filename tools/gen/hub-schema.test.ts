// The schema editors check configurations with: it takes what the hub takes and refuses what the hub refuses.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { hubSchema } from "./hub-schema.ts";
import { ownPlugins } from "./own-plugins.ts";

const CONFIG = resolve(import.meta.dirname, "../../config");
const ajv = new Ajv2020({ allErrors: true, strictTypes: false, formats: { uri: true, email: true } });
ajv.addKeyword("x-ui");
const check = ajv.compile(hubSchema(await ownPlugins()));

const problems = (config: unknown) => (check(config) ? [] : (check.errors ?? []));
const withEntry = (entry: object) => problems({ plugins: [entry] });

test.each(globSync("**/*.yaml", { cwd: CONFIG }))("config/%s fits the schema", (file) => {
  expect(problems(parse(readFileSync(join(CONFIG, file), "utf8")))).toEqual([]);
});

test("a file without any setting fits, because every setting has a default", () => {
  expect(problems({})).toEqual([]);
});

test("a mistyped setting is refused, of the hub and of a plugin", () => {
  expect(problems({ intake: { stableAfter: 3 } })).toMatchObject([{ instancePath: "/intake" }]);
  const typo = withEntry({ use: "dicom-scp", settings: { aeTitel: "X" } });
  expect(typo).toContainEqual(
    expect.objectContaining({ instancePath: "/plugins/0/settings", keyword: "additionalProperties" }),
  );
});

test("a setting without a default must be there", () => {
  const missing = withEntry({ use: "deliver-sr", settings: { host: "pacs" } });
  expect(missing.map(({ params }) => params["missingProperty"])).toContain("calledAe");
  expect(withEntry({ use: "deliver-sr" }).map(({ params }) => params["missingProperty"])).toContain(
    "settings",
  );
});

test("an entry names its plugin in just one way, and only plugins that are there", () => {
  expect(withEntry({ use: "qc-dicom", path: "./mine" })).not.toEqual([]);
  expect(withEntry({ settings: {} })).not.toEqual([]);
  expect(withEntry({ use: "qc-dicum" })).not.toEqual([]);
  expect(withEntry({ path: "./mine", settings: { anything: 1 } })).toEqual([]);
});
