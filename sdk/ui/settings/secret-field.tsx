// A secret: that one is stored and since when; replacing it, keeping it, taking it away. It is never shown.

import { Box, Button, Chip, FormHelperText, TextField, Typography } from "@mui/material";
import { useContext, useState } from "react";
import { say } from "../language.ts";
import { fullTime } from "../time-words.ts";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { isStored, nameOf, type StoredSecret } from "./form-value.ts";

export function SecretSetting({ schema, path, label, required, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const [kept, setKept] = useState<StoredSecret | undefined>(undefined);
  const name = nameOf(path);
  const error = errors[name];
  if (isStored(value)) {
    return (
      <Box role="group" aria-label={label} sx={{ display: "grid", gap: 0.25 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
          <Typography variant="body2">{label}</Typography>
          <Chip size="small" color="success" variant="outlined" label={setWords(value)} />
          <Button
            size="small"
            disabled={readOnly}
            aria-label={say("Replace %{label}", { label })}
            onClick={() => {
              setKept(value);
              set(path, "");
            }}
          >
            {say("Replace")}
          </Button>
          {!required && (
            <Button
              size="small"
              color="error"
              disabled={readOnly}
              aria-label={say("Take away %{label}", { label })}
              onClick={() => set(path, undefined)}
            >
              {say("Take away")}
            </Button>
          )}
        </Box>
        <FormHelperText error={error !== undefined} sx={{ mx: 0 }}>
          {error ?? helpOf(schema)}
        </FormHelperText>
      </Box>
    );
  }
  const several = schema["x-ui"]?.multiline === true;
  const keep = kept && (
    <Button size="small" onClick={() => set(path, kept)} sx={{ whiteSpace: "nowrap" }}>
      {say("Keep stored")}
    </Button>
  );
  return (
    <TextField
      id={`${id}-${name}`}
      label={label}
      type={several ? undefined : "password"}
      required={required}
      value={typeof value === "string" ? value : ""}
      onChange={(event) => set(path, event.target.value)}
      autoComplete="new-password"
      error={error !== undefined}
      helperText={error ?? (kept ? say("The stored one stays until you save another one.") : helpOf(schema))}
      fullWidth
      size="small"
      multiline={several}
      {...(several ? { minRows: 3 } : {})}
      slotProps={{ htmlInput: { readOnly, spellCheck: false }, input: keep ? { endAdornment: keep } : {} }}
    />
  );
}

function setWords({ setAt }: StoredSecret): string {
  const at = setAt === undefined ? undefined : new Date(setAt);
  if (!at || Number.isNaN(at.getTime())) return say("Set");
  return say("Set on %{time}", { time: fullTime(at) });
}
