// The fields of an object: those that its value has now, two beside each other where there is room.

import { Alert, Box, FormControlLabel, FormHelperText, Switch, Typography } from "@mui/material";
import { useContext } from "react";
import type { FormSchema } from "../../form-schema.ts";
import { say } from "../language.ts";
import { type FieldProps, helpOf, labelOf, Surroundings } from "./field-props.ts";
import { fieldsOf, freshValue, warningsOf } from "./form-rules.ts";
import { isObject, nameOf } from "./form-value.ts";

export type ObjectFieldsProps = Omit<FieldProps, "label" | "required">;

export function ObjectFields(props: ObjectFieldsProps) {
  const { schema, path, value, ...rest } = props;
  const { Field, actionsAt } = useContext(Surroundings);
  const own = isObject(value) ? value : {};
  const { properties, required } = fieldsOf(schema, own);
  return (
    <Box sx={GRID}>
      {Object.entries(properties).map(([name, one]) => (
        <Box
          key={name}
          sx={{ gridColumn: { xs: "1 / -1", md: isHalf(one) ? "auto" : "1 / -1" }, minWidth: 0 }}
        >
          <Field
            {...rest}
            schema={one}
            path={[...path, name]}
            label={labelOf(name, one)}
            required={required.has(name) && one.default === undefined && one.type !== "boolean"}
            value={own[name]}
          />
          {warningsOf(one, own).map((message) => (
            <Alert key={message} severity="warning" sx={{ mt: 0.5, py: 0 }} role="status">
              {message}
            </Alert>
          ))}
          {actionsAt([...path, name])}
        </Box>
      ))}
    </Box>
  );
}

/** An object within another one; one that may be left out has a switch. */
export function ObjectSetting(props: FieldProps) {
  const { schema, path, label, required, value, errors, set } = props;
  const { readOnly } = useContext(Surroundings);
  const there = isObject(value);
  const fixed = required || schema.default !== undefined;
  const error = errors[nameOf(path)];
  const help = error ?? helpOf(schema);
  return (
    <Box component="fieldset" sx={FIELDSET}>
      <Typography component="legend" variant="h3" sx={{ px: 0.5 }}>
        {label}
      </Typography>
      {help !== "" && (
        <FormHelperText error={error !== undefined} sx={{ mx: 0, mt: 0, mb: 1 }}>
          {help}
        </FormHelperText>
      )}
      {!fixed && (
        <FormControlLabel
          sx={{ mb: there ? 1 : 0 }}
          disabled={readOnly}
          label={say("Use %{label}", { label })}
          control={
            <Switch checked={there} onChange={(_, on) => set(path, on ? freshValue(schema) : undefined)} />
          }
        />
      )}
      {(there || fixed) && <ObjectFields {...props} />}
    </Box>
  );
}

function isHalf({ type, enum: values, "x-ui": hints }: FormSchema): boolean {
  if (hints?.half !== undefined) return hints.half;
  if (hints?.widget !== undefined) return hints.widget === "aeTitle" || hints.widget === "tagPath";
  return type === "integer" || type === "number" || (type === "string" && values !== undefined);
}

const GRID = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 1fr) minmax(0, 1fr)" },
  columnGap: 2,
  rowGap: 2,
  alignItems: "start",
} as const;

const FIELDSET = {
  border: 1,
  borderColor: "divider",
  borderRadius: 1,
  m: 0,
  px: 2,
  pt: 1.25,
  pb: 2,
  minWidth: 0,
} as const;
