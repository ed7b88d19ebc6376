// Narrows the elements of a preview: by path, keyword or rule, by what is done to them, by whether they change.

import { Box, FormControlLabel, MenuItem, Switch, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useId } from "react";
import type { ElementPreviewRow } from "../../api.gen.ts";

export interface ElementFilter {
  readonly text: string;
  /** Empty for all. */
  readonly action: string;
  readonly onlyChanged: boolean;
}

export const NO_FILTER: ElementFilter = { text: "", action: "", onlyChanged: false };

export function passes(element: ElementPreviewRow, { text, action, onlyChanged }: ElementFilter): boolean {
  if (onlyChanged && !element.changed) return false;
  if (action !== "" && element.action !== action) return false;
  const wanted = text.trim().toLowerCase();
  return [element.path, element.keyword, element.rule].some((part) => part.toLowerCase().includes(wanted));
}

export interface PreviewFilterProps {
  readonly elements: readonly ElementPreviewRow[];
  readonly filter: ElementFilter;
  readonly onFilter: (filter: ElementFilter) => void;
}

export function PreviewFilter({ elements, filter, onFilter }: PreviewFilterProps) {
  const id = useId();
  const actions = [...new Set(elements.map(({ action }) => action))].toSorted();
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center" }}>
      <TextField
        size="small"
        label={say("Path, keyword or rule")}
        value={filter.text}
        onChange={(event) => onFilter({ ...filter, text: event.target.value })}
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false } }}
        sx={{ flex: "1 1 220px" }}
      />
      <TextField
        select
        id={id}
        size="small"
        label={say("Action")}
        value={filter.action}
        onChange={(event) => onFilter({ ...filter, action: event.target.value })}
        sx={{ minWidth: 150 }}
        slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
      >
        <MenuItem value="">{say("all")}</MenuItem>
        {actions.map((action) => (
          <MenuItem key={action} value={action}>
            {action}
          </MenuItem>
        ))}
      </TextField>
      <FormControlLabel
        label={say("Only what changes")}
        control={
          <Switch
            checked={filter.onlyChanged}
            onChange={(_, onlyChanged) => onFilter({ ...filter, onlyChanged })}
          />
        }
      />
    </Box>
  );
}
