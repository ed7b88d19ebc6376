// Who changes settings: what they may not see, they do not change either, on whatever way.
import type { ChangedFields } from "../database/entities/settings-version.ts";
import type { Section } from "./sections.ts";
import { SettingsRefusal } from "./settings-refusal.ts";

export interface Author {
  /** As the journal names them. */
  readonly name: string;
  readonly permissions: ReadonlySet<string>;
}

/** Whether somebody sees a section, and may change it as far as they may change settings at all. */
export function mayTouch({ schema }: Section, { permissions }: Pick<Author, "permissions">): boolean {
  const needed = schema["x-ui"]?.visibleTo;
  return needed === undefined || permissions.has(needed);
}

/** @throws SettingsRefusal when something differs in a section that is not the author's to change */
export function requireAllowed(sections: readonly Section[], changes: ChangedFields, author: Author): void {
  const touched = sections.filter((one) => partsOf(one).some((part) => part in changes));
  const closed = touched.find((one) => !mayTouch(one, author));
  if (closed) throw forbidden(closed);
}

export function forbidden({ title, schema }: Section): SettingsRefusal {
  const needed = schema["x-ui"]?.visibleTo ?? "";
  return new SettingsRefusal("forbidden", `"${title}" needs the permission ${needed}, too.`);
}

/** What a section is called in the changes of a version. */
function partsOf({ entry, path, fields = [] }: Section): readonly string[] {
  if (entry !== undefined) return [`entry.${entry}`];
  return path.length > 0 ? [String(path[0])] : fields;
}
