// What has no form of its own, as JSON; taken over as soon as it can be read.

import { TextField } from "@mui/material";
import { useContext, useState } from "react";
import { say } from "../language.ts";
import { MONO } from "../theme.ts";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { nameOf, sameValue } from "./form-value.ts";

export function JsonSetting({ schema, path, label, required, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const [text, setText] = useState(() => written(value));
  const name = nameOf(path);
  const readable = read(text);
  // somebody else changed it: a reset, or values that a button brought
  const shown = readable === undefined || sameValue(readable.value, value) ? text : written(value);
  const error = readable === undefined ? say("This is no JSON yet.") : errors[name];
  return (
    <TextField
      id={`${id}-${name}`}
      label={label}
      required={required}
      value={shown}
      onChange={({ target }) => {
        setText(target.value);
        const now = read(target.value);
        // what cannot be read is sent as it is, and so refused with its place
        set(path, now === undefined ? target.value : now.value);
      }}
      error={error !== undefined}
      helperText={error ?? helpOf(schema)}
      fullWidth
      size="small"
      multiline
      minRows={2}
      maxRows={16}
      slotProps={{
        htmlInput: { readOnly, spellCheck: false, style: { fontFamily: MONO, fontSize: "0.8125rem" } },
      }}
    />
  );
}

const written = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value, null, 2));

function read(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
