// Which plugin entries came, changed or went between two sets of settings.
import { isDeepStrictEqual } from "node:util";
import type { LoadedPlugin, PluginRegistry } from "../plugins/plugin-registry.ts";

export interface EntryChanges {
  /** New ones, and those with other settings or another plugin. */
  readonly changed: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  readonly unchanged: ReadonlySet<string>;
}

/** @param names of the new settings' entries */
export function changedEntries(
  before: PluginRegistry,
  after: PluginRegistry,
  names: readonly string[],
): EntryChanges {
  const there = names.filter((name) => after.get(name) !== undefined);
  const same = there.filter((name) => isSame(before.get(name), after.get(name)));
  const unchanged = new Set(same);
  return {
    unchanged,
    changed: new Set(there.filter((name) => !unchanged.has(name))),
    removed: new Set(before.names().filter((name) => after.get(name) === undefined)),
  };
}

function isSame(before: LoadedPlugin | undefined, after: LoadedPlugin | undefined): boolean {
  return (
    before !== undefined &&
    before.folder === after?.folder &&
    before.plugin === after.plugin &&
    isDeepStrictEqual(before.settings, after.settings)
  );
}
