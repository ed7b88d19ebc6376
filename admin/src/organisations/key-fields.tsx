// The fields that a key has when it is made and later: name, quota, end.
import { TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { wholeNumber } from "./whole-number.ts";

export interface KeyValues {
  readonly name: string;
  /** Empty: without end. */
  readonly quota: string;
  /** Empty: never. `2026-11-30`, where the browser is. */
  readonly lastDay: string;
}

const MOST_RUNS = 1_000_000_000;

/** @returns what is wrong; empty when nothing is */
export function keyProblem({ name, quota }: KeyValues): string {
  if (name.trim() === "") return say("The key needs a name.");
  if (quota.trim() === "" || wholeNumber(quota, 0, MOST_RUNS) !== undefined) return "";
  return say("The quota is a whole number of runs, or empty.");
}

/** What the API takes for the fields. */
export const keySettings = ({ name, quota, lastDay }: KeyValues) => ({
  name: name.trim(),
  quota: wholeNumber(quota, 0, MOST_RUNS) ?? null,
  expiresAt: lastDay === "" ? null : new Date(`${lastDay}T23:59:59`).toISOString(),
});

export interface KeyFieldsProps {
  readonly values: KeyValues;
  readonly onChange: (some: Partial<KeyValues>) => void;
  readonly autoFocus?: boolean;
}

export function KeyFields({ values, onChange, autoFocus = false }: KeyFieldsProps) {
  return (
    <>
      <TextField
        label={say("Name")}
        required
        autoFocus={autoFocus}
        value={values.name}
        onChange={(event) => onChange({ name: event.target.value })}
        helperText={say("What it is for: it stands in the usage report.")}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
      <TextField
        label={say("Quota (optional)")}
        value={values.quota}
        onChange={(event) => onChange({ quota: event.target.value })}
        helperText={say(
          "Runs it is good for, all in all: one product of one order is a run. Empty: without end.",
        )}
        slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "off" } }}
      />
      <TextField
        type="date"
        label={say("Last day (optional)")}
        value={values.lastDay}
        onChange={(event) => onChange({ lastDay: event.target.value })}
        helperText={say("After it the key is refused. Empty: until somebody revokes it.")}
        slotProps={{ inputLabel: { shrink: true } }}
      />
    </>
  );
}
