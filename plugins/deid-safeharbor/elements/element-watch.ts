// Tells whoever shows a de-identification what becomes of each element; the pass itself is the same with and without.
import type { Action } from "../rules/element-rule.ts";
import { changeName, type ElementChange } from "./element-change.ts";

/** Bytes as they stand, valid until the watch returns; or, of what is never in memory, their number only. */
export type WatchedValue = Buffer | { readonly length: number };

export interface WatchedElement {
  /** Tags from the data set down, items from 0. */
  readonly path: string;
  readonly tag: number;
  /** As written, or as PS3.6 says; empty when nobody knows. */
  readonly vr: string;
  /** What the rule does, whether or not something came of it. */
  readonly action: ElementChange["action"] | "keep";
  readonly rule: string;
  /** Undefined when the element is added, and for a sequence whose items follow. */
  readonly before: WatchedValue | undefined;
  /** Undefined when the element is left out, and for a sequence whose items follow. */
  readonly after: WatchedValue | undefined;
  /** A sequence whose items follow one by one. */
  readonly hasItems: boolean;
  /** Siemens' CSA header, taken apart and put together again. */
  readonly isCsa: boolean;
  readonly littleEndian: boolean;
  /** SpecificCharacterSet (0008,0005) in force; undefined for the default. */
  readonly characterSet: string | undefined;
}

export interface ElementWatch {
  /** The header is read anew, with more of the file: what was seen before does not count. */
  restart(): void;
  see(element: WatchedElement): void;
}

const UNTOUCHED: ReadonlySet<Action> = new Set(["keep", "recurse", "creator"]);

/** What a rule does; UIDs of classes are only mapped where they are no UIDs. */
export const actionName = (action: Action, isChanged: boolean): WatchedElement["action"] =>
  UNTOUCHED.has(action) || (action === "class-uid" && !isChanged) ? "keep" : changeName(action);
