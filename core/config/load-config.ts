// Reads the configuration file and the environment, and checks them together.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseElementAddress } from "@thalamus/sdk/dicom";
import { Ajv2020 } from "ajv/dist/2020.js";
import { LineCounter, parseDocument } from "yaml";
import { scheduleProblem } from "../upkeep/schedule.ts";
import { accessProblems, resolveAccessFiles, resolveTlsFiles } from "./access-problems.ts";
import { ConfigError, type ConfigProblem, lineFinder, problemsOf } from "./config-problem.ts";
import { entryName, type HubConfig, HubConfigSchema } from "./hub-config.ts";
import { resolveUpdateFiles, updateProblems } from "./update-problems.ts";

export interface LoadedConfig {
  readonly file: string;
  /** What is written: without defaults and without the environment. */
  readonly raw: unknown;
  readonly environment: Environment;
  readonly config: HubConfig;
  /** Absolute. */
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  /** Absolute; undefined: the hub makes its own under the data folder. */
  readonly keyFile: string | undefined;
  /** Absolute. */
  readonly previousKeyFiles: readonly string[];
  /** Line of a JSON pointer in the file, for problems that are found later. */
  readonly lineOf: (pointer: string) => number | undefined;
}

/** Variables that override the file; see the README. */
export type Environment = Readonly<Record<string, string | undefined>>;

const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: true });
ajv.addKeyword("x-ui");
const check = ajv.compile(HubConfigSchema);

/**
 * Loads and checks a configuration file.
 * @throws ConfigError with every problem of the file and of the environment
 */
export function loadConfig(path: string, environment: Environment = process.env): LoadedConfig {
  const file = resolve(path);
  const lines = new LineCounter();
  const document = parseDocument(readConfig(file), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: "",
      line: lines.linePos(error.pos[0]).line,
      message: error.message,
    }));
    throw new ConfigError(file, problems);
  }
  const lineOf = lineFinder(document, lines);
  // a YAML alias gives the same object twice; defaults filled in for one entry must not show in the other
  const raw: unknown = JSON.parse(JSON.stringify(document.toJS() ?? {}));
  const { config, problems } = checkedConfig(raw, environment, lineOf);
  if (problems.length > 0) throw new ConfigError(file, problems);
  return located({ file, raw, environment, config, lineOf });
}

/**
 * The same configuration with other content, for example a version of the settings.
 * @throws ConfigError with every problem; they have no line
 */
export function withContent({ file, environment }: LoadedConfig, raw: unknown): LoadedConfig {
  const lineOf = () => undefined;
  const { config, problems } = checkedConfig(raw, environment, lineOf);
  if (problems.length > 0) throw new ConfigError(file, problems);
  return located({ file, raw, environment, config, lineOf });
}

/** Fills in defaults and the environment, in a copy. */
function checkedConfig(
  raw: unknown,
  environment: Environment,
  lineOf: LoadedConfig["lineOf"],
): { config: HubConfig; problems: ConfigProblem[] } {
  const config = structuredClone(raw);
  const problems: ConfigProblem[] = [];
  if (check(config)) problems.push(...contradictions(config, lineOf));
  else problems.push(...problemsOf(check.errors ?? [], "", lineOf));
  const loaded = config as HubConfig;
  problems.push(...applyEnvironment(loaded, environment));
  return { config: loaded, problems };
}

type Content = Pick<LoadedConfig, "file" | "raw" | "environment" | "config" | "lineOf">;

function located(content: Content): LoadedConfig {
  const { file, environment, config: loaded } = content;
  const beside = (path: string) => resolve(dirname(file), path);
  resolveAccessFiles(loaded.access, beside);
  resolveTlsFiles(loaded.http.tls, beside);
  resolveUpdateFiles(loaded.updates, beside);
  const keyFile = environment["THALAMUS_SITE_KEY_FILE"] || loaded.secrets.keyFile;
  return {
    ...content,
    keyFile: keyFile === undefined ? undefined : beside(keyFile),
    previousKeyFiles: loaded.secrets.previousKeyFiles.map(beside),
    dataFolder: resolve(environment["THALAMUS_DATA"] ?? resolve(dirname(file), loaded.dataFolder)),
    databaseUrl: environment["DATABASE_URL"] || loaded.database.url,
  };
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError(file, [{ path: "", line: undefined, message: `cannot be read (${code})` }]);
  }
}

/** Rules that a schema cannot say. */
function contradictions(config: HubConfig, lineOf: (pointer: string) => number | undefined): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const names = new Set<string>();
  config.plugins.forEach((entry, index) => {
    const path = `plugins[${index}]`;
    const line = lineOf(`/plugins/${index}`);
    const sources = [entry.use, entry.path, entry.package].filter((source) => source !== undefined);
    if (sources.length !== 1)
      problems.push({ path, line, message: 'needs exactly one of "use", "path" and "package"' });
    const name = entryName(entry);
    if (names.has(name))
      problems.push({ path, line, message: `a second entry named ${name}: give it a "name"` });
    names.add(name);
  });
  const { access, tokenSha256 } = config.http.metrics;
  if (access === "token" && tokenSha256 === undefined) {
    const message = 'access "token" needs tokenSha256, the SHA-256 of the token';
    problems.push({ path: "http.metrics", line: lineOf("/http/metrics"), message });
  }
  const { kind, s3 } = config.cloud.storage;
  if (kind === "s3" && s3 === undefined) {
    const message = 'kind "s3" needs s3: endpoint, bucket, accessKeyId and secretKeyFile';
    problems.push({ path: "cloud.storage", line: lineOf("/cloud/storage"), message });
  }
  problems.push(...accessProblems(config.access, lineOf), ...updateProblems(config.updates, lineOf));
  return [...problems, ...tagProblems(config, lineOf), ...scheduleProblems(config, lineOf)];
}

function scheduleProblems(
  config: HubConfig,
  lineOf: (pointer: string) => number | undefined,
): ConfigProblem[] {
  const { timeZone, retention, reconciliation } = config.upkeep;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `"${timeZone}" is no time zone of the IANA list, such as Europe/Berlin`;
    return [{ path: "upkeep.timeZone", line: lineOf("/upkeep/timeZone"), message }];
  }
  const places = {
    "upkeep.retention": retention,
    "upkeep.reconciliation": reconciliation,
    cloud: config.cloud,
    updates: config.updates,
  };
  return Object.entries(places).flatMap(([place, { schedule }]) => {
    const message = scheduleProblem(schedule, timeZone);
    if (message === undefined) return [];
    const pointer = `/${place.replace(".", "/")}/schedule`;
    return [{ path: `${place}.schedule`, line: lineOf(pointer), message }];
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function tagProblems(config: HubConfig, lineOf: (pointer: string) => number | undefined): ConfigProblem[] {
  const { productTag } = config.route;
  if (!productTag) return [];
  try {
    parseElementAddress(productTag.tag, productTag.privateCreator);
    return [];
  } catch (error) {
    const { message } = error as Error;
    return [{ path: "route.productTag.tag", line: lineOf("/route/productTag/tag"), message }];
  }
}

/** Ports given in the environment win over the file; DICOM goes to every plugin entry that listens. */
function applyEnvironment(config: HubConfig, environment: Environment): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const port = (name: string): number | undefined => {
    const value = environment[name];
    if (value === undefined || value === "") return undefined;
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    problems.push({ path: name, line: undefined, message: "must be a port, 0 to 65535" });
    return undefined;
  };
  const http = port("THALAMUS_HTTP_PORT");
  if (http !== undefined) config.http.port = http;
  const dicom = port("THALAMUS_DICOM_PORT");
  const listener = config.plugins?.find((entry) => entry.use === "dicom-scp");
  if (dicom !== undefined && listener) listener.settings["port"] = dicom;
  return problems;
}
