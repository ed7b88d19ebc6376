// Lists of texts, numbers, or values to choose among: one chip for each.

import { Autocomplete, TextField } from "@mui/material";
import { useContext, useState } from "react";
import { say } from "../language.ts";
import { choicesOf } from "./choice-fields.tsx";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { nameOf } from "./form-value.ts";

/** What parts several values that are typed or pasted at once. */
const BETWEEN = /[,;\n\t]+/;

export function ChipsSetting({ schema, path, label, required, value, errors, set }: FieldProps) {
  const { id, readOnly } = useContext(Surroundings);
  const [typed, setTyped] = useState("");
  const name = nameOf(path);
  const items = schema.items ?? {};
  const choices = items.enum ? choicesOf(items) : undefined;
  const chosen = (Array.isArray(value) ? value : []).map(String);
  const wordsOf = (one: string) => choices?.find((choice) => String(choice.value) === one)?.words ?? one;
  const take = (all: readonly string[]) => {
    const texts = all.flatMap((one) => (choices ? [one] : one.split(BETWEEN))).map((one) => one.trim());
    set(
      path,
      [...new Set(texts.filter((one) => one !== ""))].map((one) => typedValue(items.type, one)),
    );
    setTyped("");
  };
  const error = errors[name] ?? firstWithin(errors, name);
  const most =
    schema.maxItems === undefined
      ? ""
      : say("%{length} of %{maxItems}. ", { length: chosen.length, maxItems: schema.maxItems });
  return (
    <Autocomplete
      multiple
      id={`${id}-${name}`}
      freeSolo={choices === undefined}
      disableCloseOnSelect={choices !== undefined}
      options={choices?.map((one) => String(one.value)) ?? [...(schema["x-ui"]?.suggestions ?? [])]}
      getOptionLabel={wordsOf}
      value={chosen}
      inputValue={typed}
      onInputChange={(_, text, reason) => {
        if (reason === "reset") return;
        if (BETWEEN.test(text) && choices === undefined) take([...chosen, text]);
        else setTyped(text);
      }}
      onChange={(_, all) => take(all as string[])}
      onBlur={() => {
        if (typed.trim() !== "" && choices === undefined) take([...chosen, typed]);
      }}
      disabled={readOnly}
      size="small"
      fullWidth
      openText={say("Open the list")}
      closeText={say("Close the list")}
      clearText={say("Clear")}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          required={required && chosen.length === 0}
          error={error !== undefined}
          helperText={error ?? `${most}${helpOf(schema)}`}
        />
      )}
    />
  );
}

const typedValue = (type: string | undefined, text: string): unknown => {
  const number = Number(text);
  return (type === "integer" || type === "number") && Number.isFinite(number) ? number : text;
};

/** What is wrong with one of the values, with its number. */
function firstWithin(errors: FieldProps["errors"], name: string): string | undefined {
  const found = Object.keys(errors).find((one) => one.startsWith(`${name}.`));
  if (found === undefined) return undefined;
  const index = Number(found.slice(name.length + 1).split(".")[0]);
  return say("Value %{value}: %{found}", { value: index + 1, found: errors[found] });
}
