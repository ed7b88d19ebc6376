// One of several values: a switch, a list to open, or buttons.

import {
  FormControl,
  FormControlLabel,
  FormHelperText,
  FormLabel,
  MenuItem,
  Radio,
  RadioGroup,
  Switch,
  TextField,
} from "@mui/material";
import { useContext } from "react";
import type { FormSchema } from "../../form-schema.ts";
import { say } from "../language.ts";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { nameOf } from "./form-value.ts";

export function SwitchSetting({ schema, path, label, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const name = nameOf(path);
  const help = errors[name] ?? helpOf(schema);
  return (
    <FormControl error={errors[name] !== undefined} disabled={readOnly} fullWidth>
      <FormControlLabel
        label={label}
        control={
          <Switch
            id={`${id}-${name}`}
            checked={value === true}
            onChange={(_, on) => set(path, on)}
            slotProps={{ input: { "aria-describedby": `${id}-${name}-help` } }}
          />
        }
      />
      <FormHelperText id={`${id}-${name}-help`} sx={{ mx: 0, mt: 0 }}>
        {help}
      </FormHelperText>
    </FormControl>
  );
}

/** The values with their words. */
export function choicesOf({ enum: values = [], "x-ui": hints }: FormSchema): readonly Choice[] {
  return values.map((value, index) => ({ value, words: hints?.enumTitles?.[index] ?? String(value) }));
}

export interface Choice {
  readonly value: unknown;
  readonly words: string;
}

export function ChoiceSetting(props: FieldProps) {
  return props.schema["x-ui"]?.widget === "radio" ? (
    <RadioSetting {...props} />
  ) : (
    <SelectSetting {...props} />
  );
}

function SelectSetting({ schema, path, label, required, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const name = nameOf(path);
  const choices = choicesOf(schema);
  const known = choices.findIndex((one) => one.value === value);
  // a value that is no choice any more is shown, so that nobody saves another one unseen
  const gone = known < 0 && value !== undefined ? String(value) : undefined;
  return (
    <TextField
      select
      id={`${id}-${name}`}
      label={label}
      required={required}
      value={gone === undefined ? (known < 0 ? "" : String(known)) : "gone"}
      onChange={({ target }) =>
        set(path, target.value === "" ? undefined : choices[Number(target.value)]?.value)
      }
      error={errors[name] !== undefined}
      helperText={errors[name] ?? helpOf(schema)}
      disabled={readOnly}
      fullWidth
      size="small"
    >
      {!required && <MenuItem value="">{say("Not set")}</MenuItem>}
      {gone !== undefined && (
        <MenuItem value="gone" disabled>
          {say("%{gone} (not there)", { gone })}
        </MenuItem>
      )}
      {choices.map(({ words }, index) => (
        <MenuItem key={words} value={String(index)}>
          {words}
        </MenuItem>
      ))}
    </TextField>
  );
}

function RadioSetting({ schema, path, label, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const name = nameOf(path);
  const choices = choicesOf(schema);
  const known = choices.findIndex((one) => one.value === value);
  return (
    <FormControl error={errors[name] !== undefined} disabled={readOnly}>
      <FormLabel id={`${id}-${name}-label`}>{label}</FormLabel>
      <RadioGroup
        aria-labelledby={`${id}-${name}-label`}
        value={String(known)}
        onChange={(_, index) => set(path, choices[Number(index)]?.value)}
      >
        {choices.map(({ words }, index) => (
          <FormControlLabel
            key={words}
            value={String(index)}
            label={words}
            control={<Radio size="small" />}
          />
        ))}
      </RadioGroup>
      <FormHelperText sx={{ mx: 0 }}>{errors[name] ?? helpOf(schema)}</FormHelperText>
    </FormControl>
  );
}
