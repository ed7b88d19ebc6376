// Which part of the configuration all hubs of a database share, and which belongs to the machine and its file.
import { isObject, type JsonObject } from "./json-values.ts";

/** What binds to the machine stays with the file and the environment, for ever. */
const OF_THE_MACHINE = new Set(["dataFolder", "database", "secrets", "settings", "updates"]);
/** Of `http` only this is shared; where a hub listens is its own. */
const SHARED_HTTP = new Set(["metrics", "hstsDays"]);

export function sharedPart(raw: unknown): JsonObject {
  return split(raw, true);
}

/** @param raw of the file @param shared of a version of the settings */
export function wholeOf(raw: unknown, shared: JsonObject): JsonObject {
  const own = split(raw, false);
  const http = { ...(own["http"] as object | undefined), ...(shared["http"] as object | undefined) };
  const both = { ...own, ...shared };
  return Object.keys(http).length > 0 ? { ...both, http } : both;
}

function split(raw: unknown, shared: boolean): JsonObject {
  const entries = Object.entries(isObject(raw) ? raw : {}).flatMap(([key, value]): [string, unknown][] => {
    if (key !== "http") return OF_THE_MACHINE.has(key) === shared ? [] : [[key, value]];
    const fields = Object.entries(isObject(value) ? value : {});
    const kept = fields.filter(([field]) => SHARED_HTTP.has(field) === shared);
    return kept.length === 0 ? [] : [[key, Object.fromEntries(kept)]];
  });
  return Object.fromEntries(entries);
}
