// A template: its text, what it may name to put in, and how it would look with examples.

import { Box, Button, Chip, Typography } from "@mui/material";
import { useContext, useState } from "react";
import { say } from "../language.ts";
import { MONO } from "../theme.ts";
import { type FieldProps, Surroundings } from "./field-props.ts";
import { nameOf } from "./form-value.ts";
import { TextSetting } from "./text-field.tsx";

export function TemplateSetting(props: FieldProps) {
  const { schema, path, label, value, set } = props;
  const { readOnly } = useContext(Surroundings);
  const [shown, setShown] = useState(false);
  const { placeholders = [] } = schema["x-ui"] ?? {};
  const text = typeof value === "string" ? value : "";
  return (
    <Box sx={{ display: "grid", gap: 0.5 }}>
      <TextSetting {...props} />
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75 }}>
        {placeholders.map((one) => (
          <Chip
            key={one}
            size="small"
            variant="outlined"
            label={`{{${one}}}`}
            disabled={readOnly}
            aria-label={say("Put %{one} into %{label}", { one, label })}
            onClick={() => set(path, `${text}{{${one}}}`)}
          />
        ))}
        <Button size="small" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? say("Hide the preview") : say("Preview")}
        </Button>
      </Box>
      {shown && (
        <Box
          role="region"
          aria-label={say("Preview of %{label}", { label })}
          sx={PREVIEW}
          id={`preview-${nameOf(path)}`}
        >
          {text === "" ? (
            <Typography variant="body2">{say("Empty.")}</Typography>
          ) : (
            text.replaceAll(/\{\{\{?([^}]*)\}?\}\}/g, (_, inside: string) => exampleOf(inside))
          )}
        </Box>
      )}
    </Box>
  );
}

/** `{{date study.date "YYYY"}}` → ‹study.date›: the hub tries the template with a whole sample before it is saved. */
function exampleOf(inside: string): string {
  const word = inside.trim();
  if (word.startsWith("#") || word.startsWith("/") || word === "else") return "";
  const name = word.split(/\s+/).find((one) => one.includes(".")) ?? word;
  return `‹${name}›`;
}

const PREVIEW = {
  ...{ border: 1, borderColor: "divider", borderRadius: 1, p: 1.25, bgcolor: "background.default" },
  ...{ fontFamily: MONO, fontSize: "0.8125rem", whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
} as const;
