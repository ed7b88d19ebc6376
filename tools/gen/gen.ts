// Writes the generated files of the repository; with --check it only tells which ones are out of date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import express from "express";
import { Api } from "../../core/http/api.ts";
import { declareRoutes, documentOf } from "../../core/http/http-server.ts";
import { apiTypes } from "./api-types.ts";
import { configurationPage } from "./configuration-page.ts";
import { formatted } from "./formatted.ts";
import { hubSchema } from "./hub-schema.ts";
import { metricsPage } from "./metrics-page.ts";
import { ownPlugins } from "./own-plugins.ts";
import { pluginReadme, registryPage } from "./plugin-pages.ts";

interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly file: string;
  readonly text: () => string | Promise<string>;
}

const ROOT = resolve(import.meta.dirname, "../..");
const PLUGINS = await ownPlugins();

/** Add a line here to have one more file generated and checked. */
const FILES: readonly GeneratedFile[] = [
  { file: "admin/src/api.gen.ts", text: () => apiTypes(openApiDocument()) },
  { file: "config/hub.schema.json", text: () => hubSchemaFile() },
  { file: "docs/configuration.md", text: configurationPage },
  { file: "docs/metrics.md", text: () => metricsPage(PLUGINS) },
  { file: "docs/plugins.md", text: () => registryPage(PLUGINS) },
  ...PLUGINS.map((one) => ({ file: `plugins/${one.folder}/README.md`, text: () => pluginReadme(one) })),
];

function hubSchemaFile(): string {
  return formatted(JSON.stringify(hubSchema(PLUGINS), null, 2), "hub.schema.json");
}

/** The API's document without a running hub: routes are declared, none is called, so they need no parts. */
function openApiDocument(): object {
  const api = new Api(express(), async () => undefined);
  declareRoutes(api, {} as Parameters<typeof declareRoutes>[1]);
  return documentOf(api, "0");
}

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });

for (const { file, text } of FILES) {
  const path = join(ROOT, file);
  const wanted = await text();
  const found = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (found === wanted) continue;
  if (values.check) {
    process.stderr.write(`${file} is ${found === undefined ? "missing" : "out of date"}. Run: npm run gen\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, wanted);
    process.stdout.write(`wrote ${file}\n`);
  }
}
