// Why the settings were not changed; the API turns it into an answer.
import type { FieldProblem } from "./candidate.ts";
import type { FieldChange } from "./json-values.ts";

/** Somebody else saved the same section meanwhile. */
export interface Conflict {
  readonly version: number;
  readonly madeBy: string;
  readonly madeAt: Date;
  /** What they changed; secrets are references. */
  readonly fields: readonly FieldChange[];
}

export type RefusalKind =
  | "invalid"
  | "conflict"
  | "not-there"
  | "read-only"
  | "forbidden"
  | "in-use"
  | "unreadable"
  | "passphrase";

export class SettingsRefusal extends Error {
  override readonly name = "SettingsRefusal";
  readonly kind: RefusalKind;
  readonly problems: readonly FieldProblem[];
  readonly conflict: Conflict | undefined;

  constructor(
    kind: RefusalKind,
    message: string,
    more: { problems?: readonly FieldProblem[]; conflict?: Conflict } = {},
  ) {
    super(message);
    this.kind = kind;
    this.problems = more.problems ?? [];
    this.conflict = more.conflict;
  }
}
