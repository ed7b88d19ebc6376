// Texts and numbers: a line, several lines, a number, an AE title, a certificate.
import { Box, TextField } from "@mui/material";
import { useContext } from "react";
import type { FormHints } from "../../form-schema.ts";
import { CopyButton } from "../copy-button.tsx";
import { MONO } from "../theme.ts";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { nameOf } from "./form-value.ts";

const SEVERAL_LINES = new Set(["textarea", "pem", "template"]);
const TECHNICAL = new Set(["pem", "template", "aeTitle", "tagPath", "json"]);

export function TextSetting({ schema, path, label, required, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const name = nameOf(path);
  const error = errors[name];
  const { widget = "" } = schema["x-ui"] ?? {};
  const isNumber = schema.type === "integer" || schema.type === "number";
  const several = SEVERAL_LINES.has(widget);
  const type = (text: string) => set(path, isNumber ? numberOf(text) : text);
  const field = (
    <TextField
      id={`${id}-${name}`}
      label={label}
      required={required}
      value={shownText(value)}
      onChange={(event) => type(event.target.value)}
      error={error !== undefined}
      helperText={error ?? helpOf(schema)}
      fullWidth
      size="small"
      multiline={several}
      {...(several ? { minRows: 3, maxRows: 16 } : {})}
      slotProps={{
        htmlInput: {
          autoComplete: "off",
          spellCheck: false,
          readOnly,
          ...(isNumber ? { inputMode: schema.type === "integer" ? "numeric" : "decimal" } : {}),
          ...(TECHNICAL.has(widget) ? { style: { fontFamily: MONO, fontSize: "0.8125rem" } } : {}),
          ...(widget === "aeTitle" ? { maxLength: 16 } : {}),
        },
      }}
    />
  );
  const copies = schema["x-ui"]?.copies;
  if (!copies) return field;
  return (
    <Box sx={{ display: "grid", gap: 0.75 }}>
      {field}
      <Copies copies={copies} value={shownText(value)} />
    </Box>
  );
}

/** For whoever sets up the other system. */
function Copies({
  copies,
  value,
}: {
  readonly copies: NonNullable<FormHints["copies"]>;
  readonly value: string;
}) {
  if (value === "") return null;
  return (
    <Box component="dl" sx={{ m: 0, px: 1.5, display: "grid", gap: 0.5, fontSize: "0.8125rem" }}>
      {copies.map(({ label, suffix }) => {
        const text = `${value.replace(/\/+$/, "")}${suffix}`;
        return (
          <Box key={suffix} sx={{ minWidth: 0 }}>
            <Box component="dt" sx={{ color: "text.secondary" }}>
              {label}
            </Box>
            <Box component="dd" sx={{ m: 0, fontFamily: MONO, overflowWrap: "anywhere" }}>
              {text} <CopyButton text={text} what={label} />
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}

const shownText = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** What is no number stays as it was typed, so that the check can say so. */
function numberOf(text: string): unknown {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isFinite(number) && !/[.,]$/.test(text) ? number : text;
}
