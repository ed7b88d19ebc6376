// Contract of every plugin's declaration: what lists, folders and packages say about it agree.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import type { Declaration, Needs } from "../../kinds/declaration.ts";
import type { SettingsSchema } from "../../settings.ts";
import { TOKENS } from "../../tokens.ts";
import { tokenName } from "./plugin-bench.ts";
import { settingsContract } from "./settings-contract.ts";

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const LONGEST_SUMMARY = 120;

/**
 * @param folder of the plugin
 * @param settings of the fixtures
 */
export function declarationContract<S extends SettingsSchema, N extends Needs>(
  plugin: Declaration<S, N>,
  folder: string,
  settings: () => object,
): void {
  const { name, title, summary, needs, metrics = [] } = plugin;
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

  test("its name is that of its folder and of its package", () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(basename(folder).replace(/^plugin-/, "")).toBe(name);
    expect(manifest.name?.replace(/^@[^/]+\//, "").replace(/^plugin-/, "")).toBe(name);
  });

  test("its package is an ES module with a version, and says which SDK it needs", () => {
    expect(manifest.type).toBe("module");
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+/);
    expect({ ...manifest.dependencies, ...manifest.peerDependencies }).toHaveProperty("@thalamus/sdk");
  });

  test("its title is a short name and its summary one sentence", () => {
    expect(title).toMatch(/^\S.{0,38}[^\s.]$/);
    expect(summary).toMatch(/^[A-Z][^\n]*[^.\s]\.$/);
    expect(summary, "a second sentence").not.toMatch(/[.!?] [A-Z]/);
    expect(summary.length).toBeLessThanOrEqual(LONGEST_SUMMARY);
  });

  test("it asks only for services that hubs offer", () => {
    const unknown = Object.values(needs).filter((token) => !Object.values(TOKENS).includes(token));
    expect(unknown.map(tokenName)).toEqual([]);
  });

  test("its metrics begin with its name and have the unit or _total at their end", () => {
    const prefix = `thalamus_${name.replaceAll("-", "_")}_`;
    for (const { name: metric, kind, help, labels } of metrics) {
      expect(metric.startsWith(prefix) && /^[a-z][a-z0-9_]*$/.test(metric), metric).toBe(true);
      expect(metric.endsWith("_total"), `${metric} as a ${kind}`).toBe(kind === "counter");
      expect(Object.values(labels)).not.toContain("about the hub");
      expect(help, metric).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  settingsContract(plugin.settings, settings);
}
