// Checks the settings of a plugin against its declaration and fills in the defaults.
import type { Plugin, SettingsSchema, Static } from "@thalamus/sdk";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { type ConfigProblem, problemsOf } from "../config/config-problem.ts";
import { entryName, type PluginEntryConfig } from "../config/hub-config.ts";

const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/** Settings are checked each time somebody saves some; a schema stays the same object for as long as the hub runs. */
const compiled = { plain: new WeakMap<object, Check>(), verbose: new WeakMap<object, Check>() };
type Check = ReturnType<typeof compiledNow>;

/** @param verbose errors know their schema, and the value: not to be shown as they are */
function compile(schema: SettingsSchema, verbose = false): Check {
  const known = compiled[verbose ? "verbose" : "plain"];
  const check = known.get(schema) ?? compiledNow(schema, verbose);
  known.set(schema, check);
  return check;
}

function compiledNow(schema: SettingsSchema, verbose: boolean) {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: true, verbose });
  addFormats(ajv);
  ajv.addKeyword("x-ui");
  return ajv.compile(schema);
}

/** Fills in the defaults of an entry's settings, in place, and checks them. */
export function settingsProblems(
  plugin: Plugin,
  entry: PluginEntryConfig,
  pointer: string,
  lineOf: (pointer: string) => number | undefined,
): ConfigProblem[] {
  const check = compile(plugin.settings, true);
  if (check(entry.settings)) return [];
  return problemsOf(check.errors ?? [], `${pointer}/settings`, lineOf).map((problem) => {
    return { ...problem, message: `${problem.message} (settings of ${entryName(entry)})` };
  });
}

/** Settings that somebody sends do not fit the plugin; `problems` say where and why, and show no value. */
export class SettingsProblem extends Error {
  override readonly name = "SettingsProblem";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join("; "));
    this.problems = problems;
  }
}

/** Settings with the defaults of their declaration. @throws SettingsProblem when they do not fit it */
export function filledSettings(schema: SettingsSchema, settings: unknown): unknown {
  const check = compile(schema, true);
  const filled: unknown = structuredClone(settings);
  if (check(filled)) return filled;
  throw new SettingsProblem(problemsOf(check.errors ?? [], "", () => undefined));
}

/** Settings with the defaults of their declaration. @throws Error when they do not fit it */
export function withDefaults<S extends SettingsSchema>(schema: S, settings: object): Static<S> {
  const check = compile(schema);
  const filled: unknown = structuredClone(settings);
  if (!check(filled)) throw new Error(`wrong settings: ${JSON.stringify(check.errors)}`);
  return filled as Static<S>;
}
