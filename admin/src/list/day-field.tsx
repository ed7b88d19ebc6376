// One end of a range of days, in a filter.
import { TextField } from "@mui/material";

export interface DayFieldProps {
  readonly label: string;
  /** `2026-11-29`, or empty. */
  readonly value: string;
  readonly onDay: (value: string) => void;
}

export function DayField({ label, value, onDay }: DayFieldProps) {
  return (
    <TextField
      type="date"
      size="small"
      label={label}
      value={value}
      onChange={(event) => onDay(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { xs: "calc(50% - 6px)", sm: 155 } }}
    />
  );
}
