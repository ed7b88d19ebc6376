// The state of a settings form: its value, what is wrong, whether anything was changed.
import { useCallback, useEffect, useReducer, useRef } from "react";
import type { FormSchema } from "../../form-schema.ts";
import { errorsIn, type FieldErrors, pruned } from "./form-rules.ts";
import { changedAt, type FieldPath, type FormObject, nameOf, sameValue } from "./form-value.ts";
import { withTaken } from "./taken-values.ts";

export interface SettingsFormState {
  readonly schema: FormSchema;
  readonly value: FormObject;
  readonly errors: FieldErrors;
  /** Counts failed checks: each one opens and focuses the first field that is wrong. */
  readonly attempts: number;
  readonly changed: boolean;
  /** How many of the section's own fields and parts differ from what is stored. */
  readonly changedParts: number;
  /** Stays the same function. */
  readonly set: (path: FieldPath, value: unknown) => void;
  /** @returns what may be sent, or undefined with the errors at their fields */
  check(): FormObject | undefined;
  /** What the hub says is wrong. */
  fail(errors: FieldErrors): void;
  /** Begins anew with what is stored. */
  reset(value: FormObject): void;
  /** Takes values over, as if a person had typed them; stays the same function. */
  readonly take: (values: FormObject) => void;
}

interface State {
  readonly stored: FormObject;
  readonly value: FormObject;
  readonly errors: FieldErrors;
  readonly attempts: number;
}

type Move =
  | { readonly kind: "set"; readonly path: FieldPath; readonly value: unknown }
  | { readonly kind: "fail"; readonly errors: FieldErrors }
  | { readonly kind: "reset"; readonly value: FormObject }
  | { readonly kind: "take"; readonly values: FormObject };

const NO_ERRORS: FieldErrors = {};

function moved(state: State, move: Move): State {
  switch (move.kind) {
    case "set": {
      const value = changedAt(state.value, move.path, move.value) as FormObject;
      return { ...state, value, errors: without(state.errors, nameOf(move.path)) };
    }
    case "fail":
      return { ...state, errors: move.errors, attempts: state.attempts + 1 };
    case "reset":
      return { ...state, stored: move.value, value: move.value, errors: NO_ERRORS };
    case "take":
      return { ...state, value: withTaken(state.value, move.values), errors: NO_ERRORS };
  }
}

/** Whoever types mends; what else is wrong stays marked. */
function without(errors: FieldErrors, name: string): FieldErrors {
  const touched = Object.keys(errors).some((one) => one === name || one.startsWith(`${name}.`));
  if (!touched) return errors;
  const kept = Object.entries(errors).filter(([one]) => one !== name && !one.startsWith(`${name}.`));
  return Object.fromEntries(kept);
}

export function useSettingsForm(schema: FormSchema, stored: FormObject): SettingsFormState {
  const [state, move] = useReducer(moved, { stored, value: stored, errors: NO_ERRORS, attempts: 0 });
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });
  const take = useCallback((values: FormObject) => move({ kind: "take", values }), []);
  const set = useCallback((path: FieldPath, value: unknown) => move({ kind: "set", path, value }), []);
  const [now, before] = [pruned(schema, state.value), pruned(schema, state.stored)] as [
    FormObject,
    FormObject,
  ];
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const changedParts = names.filter((name) => !sameValue(now[name], before[name])).length;
  return {
    ...{ schema, set, take, changedParts },
    ...{ value: state.value, errors: state.errors, attempts: state.attempts },
    changed: changedParts > 0,
    check: () => {
      const wanted = pruned(schema, latest.current.value) as FormObject;
      const errors = errorsIn(schema, wanted);
      if (Object.keys(errors).length === 0) return wanted;
      move({ kind: "fail", errors });
      return undefined;
    },
    fail: (errors) => move({ kind: "fail", errors }),
    reset: (value) => move({ kind: "reset", value }),
  };
}
