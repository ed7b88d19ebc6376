// The import rules hold over the whole repository, and the check of each can fail.
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf } from "./imports.ts";
import { layerViolations } from "./layers.ts";
import { declaredPackages, ROOT, sourcesIn } from "./repository.ts";

const declared = declaredPackages();
// without the wrong imports below
const sources = new Map([...sourcesIn()].filter(([file]) => file !== "test/rules/layers.test.ts"));

describe("the repository", () => {
  test("keeps its layers: core knows no plugin, a plugin knows only the SDK and itself, the SDK knows nobody", () => {
    const found = layerViolations(sources, declared);
    expect(
      found.map(({ file, line, imports, rule }) => `${file}:${line} imports ${imports}: ${rule}`),
    ).toEqual([]);
  });

  test("can import the SDK's synthetic studies without the test runner", () => {
    const reached = packagesBehind("sdk/testing/index.ts");
    expect(reached).toContain("rxjs");
    expect(reached).not.toContain("vitest");
    expect(packagesBehind("sdk/testing/contracts/index.ts")).toContain("vitest");
  });

  test("keeps test support out of what the hub loads", () => {
    const loaded = [...filesBehind("core/main.ts"), ...filesBehind("sdk/index.ts")];
    expect(loaded.length).toBeGreaterThan(50);
    expect(loaded.filter((file) => /testing|\.test\./.test(file))).toEqual([]);
  });
});

/** Every way to break a rule, with words of the answer. */
const BROKEN: [file: string, code: string, words: string][] = [
  ["core/hub.ts", 'import x from "../plugins/dicom-scp/plugin.ts";', "core knows no plugin"],
  ["core/hub.ts", 'const x = await import("@thalamus/plugin-dicom-scp");', "nobody imports a plugin"],
  ["core/hub.ts", 'import { writeDwiPhantom } from "@thalamus/sdk/testing";', "only tests and tools"],
  ["core/hub.ts", 'import { test } from "vitest";', "vitest is for tests"],
  ["core/hub.ts", 'import lodash from "lodash";', "lodash is not declared in core/package.json"],
  [
    "plugins/qc-dicom/plugin.ts",
    'export * from "../dicom-scp/settings.ts";',
    "no plugin reaches into another",
  ],
  ["plugins/qc-dicom/plugin.ts", 'import {\n  a,\n} from "../../core/hub.ts";', "does not reach into core"],
  ["plugins/qc-dicom/plugin.ts", 'import "../../sdk/index.ts";', "does not reach into sdk"],
  ["plugins/qc-dicom/plugin.ts", 'import { setBugReporter } from "@thalamus/sdk/host";', "is for core"],
  [
    "plugins/qc-dicom/plugin.ts",
    'import express from "express";',
    "not declared in plugins/qc-dicom/package.json",
  ],
  ["plugins/qc-dicom/plugin.ts", 'import type { H } from "@thalamus/core";', "core is a program"],
  ["admin/src/app.tsx", 'import { Settings } from "@thalamus/sdk";', "admin imports only @thalamus/sdk/ui"],
  ["admin/src/app.tsx", 'import { a } from "../../core/http/api.ts";', "admin does not reach into core"],
  ["sdk/step.ts", 'import { Hub } from "../core/hub.ts";', "sdk does not reach into core"],
  ["sdk/step.ts", 'import { Settings } from "@thalamus/sdk";', "imports itself by path"],
  ["sdk/testing/dwi-phantom.ts", 'import { test } from "vitest";', "vitest is for tests and contract suites"],
];

describe("the check of layers", () => {
  test.each(BROKEN)("finds %s with %s", (file, code, words) => {
    const [violation, ...others] = layerViolations(new Map([[file, code]]), declared);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({ file, rule: expect.stringContaining(words) });
  });

  test("lets through what is allowed", () => {
    const allowed = new Map([
      [
        "core/hub.ts",
        'import { join } from "node:path";\nimport { a } from "@thalamus/sdk";\nimport pg from "pg";',
      ],
      ["plugins/qc-dicom/plugin.ts", 'import { from } from "rxjs";\nimport { a } from "./rules.ts";'],
      [
        "plugins/qc-dicom/plugin.test.ts",
        'import { a } from "@thalamus/sdk/testing/contracts";\nimport "vitest";',
      ],
      ["admin/src/app.tsx", 'import { a } from "@thalamus/sdk/ui";\nimport { b } from "./api.gen.ts";'],
      ["test/flows/demo.test.ts", 'import { startHub } from "../../core/hub.ts";'],
    ]);
    expect(layerViolations(allowed, declared)).toEqual([]);
  });

  test("reads every form of import, tells its line, and is not misled by comments", () => {
    const text = `// import "a";
/* import "b"; */
import type { C } from "c";
import d, {
  e,
} from "./d.ts";
export * from "f";
import "g";
const h = await import("h");
const words = "imported from 'i'";
`;
    expect(importsOf(text).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      "3 c",
      "6 ./d.ts",
      "7 f",
      "8 g",
      "9 h",
    ]);
  });
});

/** Everything a file imports, and what those import, within the repository. */
function filesBehind(start: string): string[] {
  const seen = new Set([start]);
  // a set's iteration goes on to what is added meanwhile
  for (const file of seen) {
    for (const { specifier } of importsOf(sources.get(file) ?? "")) {
      const target = targetOf(file, specifier);
      if (target !== undefined && sources.has(target)) seen.add(target);
    }
  }
  return [...seen];
}

function packagesBehind(start: string): Set<string> {
  const specifiers = filesBehind(start).flatMap((file) => importsOf(sources.get(file) ?? ""));
  return new Set(specifiers.map(({ specifier }) => specifier).filter((name) => !name.startsWith(".")));
}

/** The file behind a path or behind one of the SDK's entries. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.normalize(posix.join(posix.dirname(file), specifier));
  if (!specifier.startsWith("@thalamus/sdk")) return undefined;
  return posix.relative(ROOT, new URL(import.meta.resolve(specifier)).pathname);
}
