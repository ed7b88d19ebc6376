// when reports go out by the clock: never, on days of the week at a time, or as a cron expression says.
import { Box, MenuItem, TextField, ToggleButton, ToggleButtonGroup } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { WEEKDAYS } from "../list/weekdays.ts";
import { cronOfDays, pickedDays } from "./group-words.ts";

export interface ScheduleFieldProps {
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  /** Of the hub; null: the machine's own. */
  readonly timeZone: string | null;
}

const START = { days: [1], time: "06:00" };

export function ScheduleField({ value, onChange, timeZone }: ScheduleFieldProps) {
  const [kind, setKind] = useState(kindOf(value));
  const picked = (value === null ? undefined : pickedDays(value)) ?? START;
  const choose = (to: string) => {
    setKind(to as typeof kind);
    if (to === "never") onChange(null);
    if (to === "days") onChange(cronOfDays(picked.days, picked.time));
  };
  const pick = (days: readonly number[], time: string) => {
    if (days.length > 0 && time !== "") onChange(cronOfDays(days, time));
  };
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <TextField
        select
        label={say("Report by the clock")}
        value={kind}
        onChange={(event) => choose(event.target.value)}
        helperText={say("Sent even when nothing is new. Time zone: %{timeZone}.", {
          timeZone: timeZone ?? say("that of the hub's machine"),
        })}
      >
        <MenuItem value="never">{say("Never")}</MenuItem>
        <MenuItem value="days">{say("On days of the week")}</MenuItem>
        <MenuItem value="cron">{say("Cron expression")}</MenuItem>
      </TextField>
      {kind === "days" && (
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, alignItems: "center" }}>
          <ToggleButtonGroup
            size="small"
            color="primary"
            value={picked.days}
            aria-label={say("Days of the week")}
            onChange={(_, days: number[]) => pick(days, picked.time)}
          >
            {WEEKDAYS.map((day, index) => (
              <ToggleButton key={day} value={index} aria-label={say(day)}>
                {say(day).slice(0, 2)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <TextField
            type="time"
            size="small"
            label={say("Time")}
            value={picked.time}
            onChange={(event) => pick(picked.days, event.target.value)}
            slotProps={{ inputLabel: { shrink: true } }}
          />
        </Box>
      )}
      {kind === "cron" && (
        <TextField
          label={say("Cron expression")}
          value={value ?? ""}
          onChange={(event) => onChange(event.target.value)}
          helperText={say("Minute, hour, day of the month, month, day of the week: 30 6 1 * *")}
          slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false } }}
        />
      )}
    </Box>
  );
}

function kindOf(value: string | null): "never" | "days" | "cron" {
  if (value === null) return "never";
  return pickedDays(value) ? "days" : "cron";
}
