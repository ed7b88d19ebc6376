// What every field of a settings form gets.

import { createContext, type ReactNode } from "react";
import type { FormSchema } from "../../form-schema.ts";
import { say } from "../language.ts";
import type { FieldErrors } from "./form-rules.ts";
import type { FieldPath } from "./form-value.ts";

export interface FieldProps {
  readonly schema: FormSchema;
  readonly path: FieldPath;
  readonly label: string;
  readonly required: boolean;
  readonly value: unknown;
  readonly errors: FieldErrors;
  /** Failed checks so far. */
  readonly attempts: number;
  readonly set: (path: FieldPath, value: unknown) => void;
}

export interface FormSurroundings {
  /** Ids of the form's elements begin so. */
  readonly id: string;
  /** Of the hub's schedules; undefined: that of its machine. */
  readonly timeZone: string | undefined;
  readonly readOnly: boolean;
  /** Draws any field; objects and lists are made of fields themselves. */
  readonly Field: (props: FieldProps) => ReactNode;
  /** Buttons that stand at a field or at an entry of a list. */
  readonly actionsAt: (path: FieldPath) => ReactNode;
}

export const Surroundings = createContext<FormSurroundings>({
  id: "settings",
  timeZone: undefined,
  readOnly: false,
  Field: () => null,
  actionsAt: () => null,
});

/** `stableAfterSeconds` → `Stable after seconds` */
export function labelOf(name: string, { title }: FormSchema): string {
  if (title !== undefined) return title;
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Help under a field: what it is, and when a change counts. */
export function helpOf({ description, "x-ui": hints }: FormSchema): string {
  const late = hints?.applies === "restart" ? say("Takes effect at the next start.") : "";
  const next = hints?.applies === "nextStudy" ? say("Takes effect with the next study.") : "";
  return [description === undefined ? "" : sentence(description), late, next].filter(Boolean).join(" ");
}

const sentence = (text: string): string => (/[.!?…:]$/.test(text) ? text : `${text}.`);
