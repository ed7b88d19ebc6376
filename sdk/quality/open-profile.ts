// Finds the rule set that a site named: one that comes with the hub, one of its own in a file, or one in the settings.
import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { Value } from "typebox/value";
import { IfuProfile } from "./ifu-profile.ts";
import generalDti from "./profiles/general-dti.json" with { type: "json" };
import neuropacs202605 from "./profiles/neuropacs-2026-05.json" with { type: "json" };
import neuropacsIfu17 from "./profiles/neuropacs-ifu-1.7.json" with { type: "json" };

export const DEFAULT_PROFILE = "general-dti";
const LARGEST_FILE = 1_000_000;

/** Rule sets that come with the hub, by name. */
export const BUILT_IN_PROFILES: ReadonlyMap<string, IfuProfile> = new Map(
  [generalDti, neuropacs202605, neuropacsIfu17].map((one) => {
    const profile = checkedProfile(one, one.name);
    return [profile.name, profile];
  }),
);

/** Where a site says which rule set counts; both quality controls have these settings. */
export interface ProfileSettings {
  readonly profile: string;
  /** A rule set written into the settings; it goes before `profile`. */
  readonly ownProfile?: IfuProfile;
}

/**
 * @throws Error in words for the configuration's owner: no such rule set, no such file, or every rule that is wrong
 */
export function openProfile({ profile, ownProfile }: ProfileSettings): IfuProfile {
  if (ownProfile) return checkedProfile(ownProfile, "ownProfile");
  const builtIn = BUILT_IN_PROFILES.get(profile);
  if (builtIn) return builtIn;
  if (isAbsolute(profile)) return checkedProfile(readProfileFile(profile), profile);
  const names = [...BUILT_IN_PROFILES.keys()].join(", ");
  throw new Error(
    `has no rule set "${profile}": give ${names}, or the absolute path of a JSON file with one of your own`,
  );
}

function readProfileFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(
      `cannot read the rule set ${path} (${(error as NodeJS.ErrnoException).code ?? "unknown"})`,
    );
  }
  if (text.length > LARGEST_FILE) throw new Error(`finds the rule set ${path} larger than 1 MB`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // the rest of the message shows a piece of the file, whatever it is
    const [place = "somewhere"] = /at position \d+/.exec((error as Error).message) ?? [];
    throw new Error(`finds no JSON in the rule set ${path} (${place})`);
  }
}

/** @param where for the message */
export function checkedProfile(given: unknown, where: string): IfuProfile {
  const problems = profileProblems(given);
  if (problems.length === 0) return given as IfuProfile;
  throw new Error(`cannot use the rule set ${where}: ${problems.join("; ")}`);
}

/** Every rule that is wrong, each with its path; empty for a rule set that can be used. */
export function profileProblems(given: unknown): string[] {
  if (!Value.Check(IfuProfile, given)) {
    return [...new Set(Value.Errors(IfuProfile, given).flatMap((error) => wordsOf(error)))];
  }
  const ranges = Object.entries({ ...given, ...given.acquisition });
  return ranges.flatMap(([name, rule]) => {
    const { min, max } = (typeof rule === "object" ? rule : {}) as { min?: number; max?: number };
    return min !== undefined && max !== undefined && min > max ? [`${name}: min is larger than max`] : [];
  });
}

interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function wordsOf({ keyword, instancePath, message, params }: Fault): string[] {
  const path = instancePath.slice(1).replaceAll("/", ".") || "the rule set";
  if (keyword === "boolean") return [`${path} is not a known rule`];
  // told by its parts
  if (keyword === "additionalProperties" || keyword === "anyOf") return [];
  if (keyword === "const") return [`${path} must be "warn" or "fail"`];
  if (keyword === "required") {
    const { requiredProperties = [] } = params as { requiredProperties?: string[] };
    return requiredProperties.map((name) => `${path} needs "${name}"`);
  }
  return [`${path} ${message}`];
}
