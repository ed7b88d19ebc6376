// The sections of the settings: the hub's own and those of plugin entries come the same way and make one list.
import type { Plugin } from "@thalamus/sdk";
import { type FormAction, type FormSchema, formSchema, schemaProblem } from "./form-schema.ts";
import { isObject, type JsonObject, type JsonPath, valueAt, withValueAt } from "./json-values.ts";

/** In the order of the screen. */
export const SECTION_GROUPS = [
  ...["Receiving", "Quality control", "Privacy", "Processing", "Delivery", "Notifications"],
  ...["Web", "Access", "System"],
] as const;

/** What an action of a section answers. */
export interface ActionAnswer {
  readonly ok: boolean;
  /** One sentence with the words of the other side. */
  readonly message: string;
  readonly details?: readonly string[];
  /** Fields that the form takes over, unsaved. */
  readonly values?: JsonObject;
  /** Where the window goes that an action opens. */
  readonly open?: string;
}

/** Buttons of a section, and what they do. */
export type SectionButtons = Required<Pick<SectionContribution, "actions" | "act">>;

export interface SectionContribution {
  /** `core.uploads`, `entry.pacs-pdf` */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly group: string;
  readonly kind: "core" | Plugin["kind"] | "unknown";
  /** TypeBox or JSON Schema, within the subset of docs/plugin-guide.md. */
  readonly schema: object;
  /** Where its value is in the document. */
  readonly path: JsonPath;
  /** Only these fields of the object there; all when left out. */
  readonly fields?: readonly string[];
  /** Name of the plugin entry. */
  readonly entry?: string;
  readonly applies: "now" | "restart";
  readonly actions?: readonly FormAction[];
  /** @param settings checked, with defaults, secrets in the clear */
  readonly act?: (
    action: string,
    settings: unknown,
    signal: AbortSignal,
    /** Field or entry of a list that the button stands at: `allowedCallers.0` */
    item?: string,
  ) => Promise<ActionAnswer>;
  /** Why there is no form for it. */
  readonly problem?: string;
}

export interface Section extends Omit<SectionContribution, "schema"> {
  readonly schema: FormSchema;
}

/** Contributes sections for one document. */
export type SectionSource = (document: JsonObject) => readonly SectionContribution[];

export class SettingsSections {
  readonly #sources: SectionSource[] = [];
  readonly #buttons = new Map<string, SectionButtons>();

  add(source: SectionSource): void {
    this.#sources.push(source);
  }

  /** Gives a section buttons: parts of the hub that they work on open later than the settings. */
  equip(id: string, buttons: SectionButtons): void {
    this.#buttons.set(id, buttons);
  }

  /** A section whose schema is outside of the subset is there, and says why it has no form. */
  of(document: JsonObject): Section[] {
    const contributed = this.#sources.flatMap((source) => source(document));
    const all = contributed.map((one) => accepted({ ...one, ...this.#buttons.get(one.id) }));
    const place = ({ group }: Section) => (SECTION_GROUPS as readonly string[]).indexOf(group) >>> 0;
    return all.toSorted((a, b) => place(a) - place(b));
  }
}

function accepted(contribution: SectionContribution): Section {
  const schema = formSchema(contribution.schema);
  const problem = contribution.problem ?? schemaProblem(schema);
  return problem === undefined ? { ...contribution, schema } : { ...contribution, schema: {}, problem };
}

/** The part of a document that is a section's. */
export function sectionValue(document: unknown, { path, fields }: Pick<Section, "path" | "fields">): unknown {
  const value = valueAt(document, path) ?? {};
  if (!fields || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)));
}

export function withSectionValue(
  document: JsonObject,
  { path, fields }: Pick<Section, "path" | "fields">,
  value: unknown,
): JsonObject {
  if (!fields) return withValueAt(document, path, value) as JsonObject;
  const whole = valueAt(document, path);
  const others = Object.entries(isObject(whole) ? whole : {}).filter(([name]) => !fields.includes(name));
  const joined = { ...Object.fromEntries(others), ...(value as object) };
  return withValueAt(document, path, joined) as JsonObject;
}
