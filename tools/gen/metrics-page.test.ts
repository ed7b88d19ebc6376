// The page of metrics, and what the operations guide says about them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { CoreMetrics } from "../../core/observe/core-metrics.ts";
import { metricsPage } from "./metrics-page.ts";
import { ownPlugins } from "./own-plugins.ts";

const GUIDE = readFileSync(resolve(import.meta.dirname, "../../docs/operations.md"), "utf8");
const plugins = await ownPlugins();
const declared = [...Object.values(CoreMetrics), ...plugins.flatMap(({ plugin }) => plugin.metrics ?? [])];

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

test("names are unique, and every metric stands on the page with its labels", () => {
  const names = declared.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const page = metricsPage(plugins);
  for (const name of names) expect(page).toContain(`| \`${name}\` |`);
  expect(page).toContain("`outcome`: stored, duplicate, revised");
});

test("counters end in _total and nothing else does", () => {
  for (const { name, kind } of declared) expect(name.endsWith("_total"), name).toBe(kind === "counter");
});

test("the alert rules of the operations guide are YAML and name metrics that there are", () => {
  const [, text = ""] = /# thalamus\.rules\.yml\n([\s\S]*?)```/.exec(GUIDE) ?? [];
  const { groups } = parse(text) as Rules;
  const rules = groups.flatMap((group) => group.rules);
  expect(rules).toHaveLength(5);
  for (const { alert, expr } of rules) {
    const used = expr.match(/thalamus_[a-z_]+/g) ?? [];
    expect(used.length, alert).toBeGreaterThan(0);
    for (const name of used) expect(declared.map((metric) => metric.name)).toContain(name);
  }
});
