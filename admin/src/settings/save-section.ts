// Saves a section, and sorts what the hub says against it: fields that are wrong, or somebody else who was quicker.
import { ApiFault } from "@thalamus/sdk/ui";
import type { FieldErrors } from "@thalamus/sdk/ui/settings";
import type { CompareSettingsAnswer, SaveSettingsAnswer } from "../api.gen.ts";

type Change = CompareSettingsAnswer["data"][number]["fields"][number];

/** Somebody else saved the same section meanwhile. */
export interface Conflict {
  readonly version: number;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly fields: readonly Change[];
}

export type Saved =
  | { readonly kind: "saved"; readonly version: number }
  | { readonly kind: "wrong"; readonly errors: FieldErrors; readonly elsewhere: readonly string[] }
  | { readonly kind: "conflict"; readonly conflict: Conflict }
  | { readonly kind: "failed"; readonly message: string };

interface FieldProblem {
  readonly section?: string;
  readonly path: string;
  readonly message: string;
}

/** @param section id of the form, to tell its problems from those of others */
export async function savedOr(section: string, save: () => Promise<SaveSettingsAnswer>): Promise<Saved> {
  try {
    return { kind: "saved", version: (await save()).version };
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    const { code, details, message } = error;
    if (code === "settings.conflict") return { kind: "conflict", conflict: details as Conflict };
    if (code !== "settings.invalid" || !Array.isArray(details)) return { kind: "failed", message };
    const problems = details as readonly FieldProblem[];
    const own = problems.filter((one) => one.section === section);
    const others = problems.filter((one) => one.section !== section);
    return {
      kind: "wrong",
      errors: Object.fromEntries(own.map(({ path, message: said }) => [path, sentence(said)])),
      elsewhere: others.map(({ section: where = "", path, message: said }) => `${where} ${path}: ${said}`),
    };
  }
}

/** The hub's problems begin in lower case, behind the name of a setting. */
const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};
