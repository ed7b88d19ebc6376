// A button of a settings form: works on what stands in the form, for half a minute at most, and is on record.
import { journal } from "../observe/journal.ts";
import { filledSettings, SettingsProblem } from "../plugins/plugin-settings.ts";
import type { DeskParts } from "./commit-settings.ts";
import { withFormDefaults } from "./form-schema.ts";
import { isObject, type JsonObject } from "./json-values.ts";
import { shownSecrets } from "./sealed-secrets.ts";
import { type ActionAnswer, type Section, sectionValue } from "./sections.ts";
import { SettingsRefusal } from "./settings-refusal.ts";

/** A person waits for it. */
const LONGEST_MS = 30_000;

export interface ActionRun {
  readonly section: Section;
  readonly action: string;
  /** Field or entry of a list that the button stands at. */
  readonly item?: string | undefined;
  /** The whole document as it would be saved; secrets are sealed. */
  readonly document: JsonObject;
  readonly actor: string;
}

/** @throws SettingsRefusal when there is no such action, or the settings do not fit */
export async function runAction(parts: DeskParts, run: ActionRun): Promise<ActionAnswer> {
  const { section, action, item, actor } = run;
  const known = section.actions?.find(({ id }) => id === action);
  if (!section.act || !known || known.at !== placeOf(item)) {
    throw new SettingsRefusal("not-there", "This section has no such action.");
  }
  const settings = checkedSettings(parts, run);
  const answer = await answered(section, action, settings, item);
  const detail = { section: section.id, action, ok: answer.ok };
  await journal(parts.orm.em.fork(), { event: "settings.tried", actor, detail });
  const { values } = answer;
  return values === undefined ? answer : { ...answer, values: shownSecrets(values) as JsonObject };
}

/** `allowedCallers.0` → `allowedCallers[]` */
const placeOf = (item: string | undefined): string | undefined => item?.replaceAll(/\.\d+(?=\.|$)/g, "[]");

async function answered(
  section: Section,
  action: string,
  settings: unknown,
  item: string | undefined,
): Promise<ActionAnswer> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  try {
    return (
      (await section.act?.(action, settings, signal, item)) ?? { ok: false, message: "Nothing was tried." }
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    return { ok: false, message: `There was no answer within ${LONGEST_MS / 1000} seconds.` };
  }
}

function checkedSettings({ secrets, live }: DeskParts, { section, document }: ActionRun): unknown {
  const value = secrets.open(sectionValue(document, section));
  const plugin = section.entry === undefined ? undefined : live.registry.get(section.entry)?.plugin;
  if (!plugin) return isObject(value) ? withFormDefaults(section.schema, value) : value;
  try {
    return filledSettings(plugin.settings, value);
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    const problems = error.problems.map(({ path, message }) => {
      return { section: section.id, path: path.replaceAll(/\[(\d+)\]/g, ".$1"), message };
    });
    throw new SettingsRefusal("invalid", "Correct the marked fields first.", { problems });
  }
}
