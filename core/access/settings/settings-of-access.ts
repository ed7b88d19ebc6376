// What the settings of signing in have beyond their schema: buttons, and that nobody locks everybody out.
import { dirname, resolve } from "node:path";
import type { LoadedConfig } from "../../config/load-config.ts";
import type { SettingsGuard } from "../../settings/commit-settings.ts";
import type { SettingsSections } from "../../settings/sections.ts";
import type { Access } from "../open-access.ts";
import { accessButtons } from "./access-buttons.ts";
import { accessGuard } from "./access-guard.ts";

/** @param file beside which the files are that settings name @returns what may speak against new settings */
export function settingsOfAccess(
  access: Access,
  sections: SettingsSections,
  { file }: Pick<LoadedConfig, "file">,
): SettingsGuard {
  const beside = (path: string) => resolve(dirname(file), path);
  sections.equip("core.access", accessButtons(access, beside));
  return accessGuard(access);
}
