// The record of what was done to which element: places and rules, never values.
import type { Action } from "../rules/element-rule.ts";

export interface ElementChange {
  /** Where the element was: `(0008,1140)[0].(0008,1155)`. */
  readonly path: string;
  readonly action: "remove" | "empty" | "dummy" | "map" | "shift" | "clean" | "pseudonym" | "add";
  /** Who says so: `A-078`, `PS3.15 X`. */
  readonly rule: string;
}

/** What an action that changed something is called in the record. */
const NAMES: Readonly<Partial<Record<Action, ElementChange["action"]>>> = {
  remove: "remove",
  empty: "empty",
  dummy: "dummy",
  pseudonym: "pseudonym",
  uid: "map",
  "class-uid": "map",
  date: "shift",
  "date-time": "shift",
  "birth-date": "shift",
};

export const changeName = (action: Action): ElementChange["action"] => NAMES[action] ?? "clean";

/** How often each rule changed an element, by the rule's name. */
export function countByRule(changes: Iterable<ElementChange>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of changes) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}

/** The same of several files. */
export function sumOf(all: Iterable<Readonly<Record<string, number>>>): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const counts of all)
    for (const [rule, count] of Object.entries(counts)) sum[rule] = (sum[rule] ?? 0) + count;
  return sum;
}
