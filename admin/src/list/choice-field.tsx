// A filter that is chosen from a list; nothing chosen lets everything through.

import { MenuItem, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

export interface ChoiceFieldProps {
  readonly label: string;
  readonly id: string;
  readonly value: string;
  readonly choices: readonly { readonly name: string; readonly word: string }[];
  readonly onChoose: (value: string) => void;
}

export function ChoiceField({ label, id, value, choices, onChoose }: ChoiceFieldProps) {
  return (
    <TextField
      select
      size="small"
      label={label}
      id={id}
      value={value}
      onChange={(event) => onChoose(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 150, flexGrow: { xs: 1, sm: 0 } }}
    >
      <MenuItem value="">{say("All")}</MenuItem>
      {choices.map(({ name, word }) => (
        <MenuItem key={name} value={name}>
          {word}
        </MenuItem>
      ))}
    </TextField>
  );
}
