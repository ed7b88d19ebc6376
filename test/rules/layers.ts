// Who may import what (docs/architecture.md, section "Layout"): the rules, and a check of sources against them.
import { posix } from "node:path";
import { importsOf } from "./imports.ts";
import type { Declared, Sources } from "./repository.ts";

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly imports: string;
  readonly rule: string;
}

interface Importer {
  readonly file: string;
  /** `core`, `sdk`, `plugins/dicom-scp`, `admin`, `test`, `tools` */
  readonly area: string;
  /** Tests and what only they use. */
  readonly isTest: boolean;
}

export function layerViolations(sources: Sources, declared: Declared): Violation[] {
  return [...sources].flatMap(([file, text]) => {
    const importer = { file, area: areaOf(file), isTest: /\.test\.tsx?$|\/testing\//.test(file) };
    return importsOf(text).flatMap(({ specifier, line }) => {
      const rule = brokenRule(importer, specifier, declared);
      return rule === undefined ? [] : [{ file, line, imports: specifier, rule }];
    });
  });
}

/** The folder that owns a file. */
export function areaOf(file: string): string {
  const [first = "", second = ""] = file.split("/");
  return first === "plugins" ? `plugins/${second}` : first;
}

function brokenRule(importer: Importer, specifier: string, declared: Declared): string | undefined {
  if (specifier.startsWith("node:")) return undefined;
  if (specifier.startsWith(".")) return brokenPathRule(importer, specifier);
  const name = packageName(specifier);
  if (name.startsWith("@thalamus/plugin-")) return "nobody imports a plugin";
  if (name === "@thalamus/core") return "core is a program, not a library";
  if (name === "@thalamus/sdk") return brokenSdkRule(importer, specifier);
  return brokenPackageRule(importer, name, declared);
}

/** Tests of whole journeys and tools may use core; the rest stays at home. */
function brokenPathRule({ file, area, isTest }: Importer, specifier: string): string | undefined {
  const target = areaOf(posix.normalize(posix.join(posix.dirname(file), specifier)));
  if (target === area) return undefined;
  if (area === "test" || area === "tools") return undefined;
  if (isTest && target === "test") return undefined;
  if (area.startsWith("plugins/") && target.startsWith("plugins/"))
    return "no plugin reaches into another one";
  if (area === "core" && target.startsWith("plugins/")) return "core knows no plugin by name";
  return `${area} does not reach into ${target}`;
}

function brokenSdkRule({ area, isTest }: Importer, specifier: string): string | undefined {
  const part = specifier.slice("@thalamus/sdk".length);
  if (area === "sdk") return "the SDK imports itself by path";
  if (area === "admin") return part.startsWith("/ui") ? undefined : "admin imports only @thalamus/sdk/ui";
  if (part.startsWith("/testing") && !isTest && area !== "test" && area !== "tools") {
    return "only tests and tools import @thalamus/sdk/testing";
  }
  if (part === "/host" && area !== "core" && area !== "test") return "@thalamus/sdk/host is for core";
  if (part.startsWith("/ui") && area === "core") return "core has no screens";
  return undefined;
}

function brokenPackageRule(importer: Importer, name: string, declared: Declared): string | undefined {
  const { area, file, isTest } = importer;
  if (area === "test" || area === "tools") return undefined;
  if (name === "vitest") {
    const allowed = isTest && (!file.startsWith("sdk/testing/") || file.startsWith("sdk/testing/contracts/"));
    return allowed || /\.test\.tsx?$/.test(file) ? undefined : "vitest is for tests and contract suites only";
  }
  if (declared.get(area)?.has(name)) return undefined;
  if (area === "admin" && WITH_REACT_ADMIN.has(name)) return undefined;
  if (file.endsWith(".config.ts") && declared.get(".")?.has(name)) return undefined;
  // what is installed for anybody may be used by tests
  if (isTest && [...declared.values()].some((names) => names.has(name))) return undefined;
  if (area === "sdk" && file.startsWith("sdk/ui/") && declared.get("admin")?.has(name)) return undefined;
  return `${name} is not declared in ${area}/package.json`;
}

/** They must be the very copies that react-admin uses, so it brings them. */
const WITH_REACT_ADMIN = new Set(["@tanstack/react-query", "react-hook-form", "react-router"]);

const packageName = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
