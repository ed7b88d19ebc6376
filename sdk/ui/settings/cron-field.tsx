// A schedule: a preset or a cron expression, with the next times at which it is due.

import { Box, MenuItem, TextField, Typography } from "@mui/material";
import { Cron } from "croner";
import { useContext } from "react";
import { phrase, say } from "../language.ts";
import { type FieldProps, helpOf, Surroundings } from "./field-props.ts";
import { nameOf } from "./form-value.ts";
import { TextSetting } from "./text-field.tsx";

/** The hub's presets, with the cron expressions that they stand for. */
const PRESETS: readonly (readonly [string, string, string])[] = [
  ["every-minute", phrase("Every minute"), "* * * * *"],
  ["every-5-minutes", phrase("Every 5 minutes"), "*/5 * * * *"],
  ["hourly", phrase("Hourly"), "0 * * * *"],
  ["daily-midnight", phrase("Daily at midnight"), "0 0 * * *"],
  ["daily-3am", phrase("Daily at 3:00 AM"), "0 3 * * *"],
  ["weekly-sunday-3am", phrase("Weekly on Sunday at 3:00 AM"), "0 3 * * 0"],
];
const OWN = "own";
const SHOWN = 3;

export function CronSetting(props: FieldProps) {
  const { schema, path, label, required, value, set } = props;
  const { id, readOnly, timeZone } = useContext(Surroundings);
  const text = typeof value === "string" ? value : "";
  const preset = PRESETS.find(([name]) => name === text);
  return (
    <Box sx={{ display: "grid", gap: 1.25 }}>
      <TextField
        select
        id={`${id}-${nameOf(path)}-preset`}
        label={label}
        required={required}
        value={preset ? text : OWN}
        onChange={({ target }) => {
          const chosen = target.value === OWN ? (preset?.[2] ?? text) : target.value;
          set(path, chosen);
        }}
        helperText={preset ? helpOf({ ...schema, description: "" }) : undefined}
        disabled={readOnly}
        fullWidth
        size="small"
      >
        {PRESETS.map(([name, words]) => (
          <MenuItem key={name} value={name}>
            {say(words)}
          </MenuItem>
        ))}
        <MenuItem value={OWN}>{say("Cron expression")}</MenuItem>
      </TextField>
      {!preset && (
        <TextSetting
          {...props}
          label={say("%{label}: cron expression", { label })}
          schema={{
            type: "string",
            description: say("Minute, hour, day of the month, month, day of the week: 30 6 1 * *"),
          }}
        />
      )}
      <Typography variant="body2" role="status" sx={{ color: "text.secondary" }}>
        {nextWords(preset?.[2] ?? text, timeZone)}
      </Typography>
    </Box>
  );
}

const near = (timeZone: string | undefined) =>
  new Intl.DateTimeFormat(undefined, {
    ...{
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    },
    ...(timeZone === undefined ? {} : { timeZone }),
  });

function nextWords(cron: string, timeZone: string | undefined): string {
  try {
    const options = timeZone === undefined ? {} : { timezone: timeZone };
    const runs = new Cron(cron, { ...options, paused: true }).nextRuns(SHOWN);
    if (runs.length === 0) return say("It never comes.");
    const words = runs.map((at) => near(timeZone).format(at)).join(" · ");
    return timeZone === undefined
      ? say("Next: %{words} (in this browser's time zone)", { words })
      : say("Next: %{words} (%{timeZone})", { words, timeZone });
  } catch {
    return say("This is no cron expression yet.");
  }
}
