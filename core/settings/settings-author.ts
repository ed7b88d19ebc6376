// Who changes settings, and what they are told of what is not theirs.
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

/** @param needs permission of the section, or of a field in it */
export function forbidden({ title, schema }: Section, needs: string): SettingsRefusal {
  const what = schema["x-ui"]?.visibleTo === needs ? `"${title}"` : `A field of "${title}"`;
  return new SettingsRefusal("forbidden", `${what} needs the permission ${needs}, too.`);
}
