// What an answer would change in the form, field by field; nothing is changed before somebody says so.

import { Box, Button, Paper, Typography } from "@mui/material";
import { say } from "../language.ts";
import { isEmpty, isStored } from "./form-value.ts";
import type { FieldDifference } from "./taken-values.ts";

export interface TakeValuesProps {
  readonly differences: readonly FieldDifference[];
  readonly onTake: () => void;
  readonly onLeave: () => void;
}

export function TakeValues({ differences, onTake, onLeave }: TakeValuesProps) {
  if (differences.length === 0) {
    return (
      <Typography variant="body2" role="status">
        {say("Nothing differs from what stands in the form.")}
      </Typography>
    );
  }
  return (
    <Paper
      variant="outlined"
      role="region"
      aria-label={say("What would change")}
      sx={{ p: 2, borderRadius: 1.5 }}
    >
      <Box component="dl" sx={{ m: 0, mb: 1.5, display: "grid", gap: 1 }}>
        {differences.map(({ label, before, after }) => (
          <Box key={label} sx={{ minWidth: 0 }}>
            <Typography component="dt" variant="body2" sx={{ fontWeight: 600 }}>
              {label}
            </Typography>
            <Box component="dd" sx={WORDS}>
              <Box component="span" sx={{ color: "text.secondary" }}>
                {shown(before)}
              </Box>
              {" → "}
              {shown(after)}
            </Box>
          </Box>
        ))}
      </Box>
      <Box sx={{ display: "flex", gap: 1 }}>
        <Button size="small" variant="contained" onClick={onTake}>
          {say("Take over")}
        </Button>
        <Button size="small" onClick={onLeave}>
          {say("Leave it")}
        </Button>
      </Box>
    </Paper>
  );
}

function shown(value: unknown): string {
  if (isEmpty(value)) return say("not set");
  if (isStored(value)) return say("a secret");
  return typeof value === "string" ? value.trim() : JSON.stringify(value);
}

const WORDS = {
  ...{ m: 0, fontSize: "0.875rem", overflowWrap: "anywhere", whiteSpace: "pre-wrap" },
} as const;
