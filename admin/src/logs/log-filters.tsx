// The fields that choose lines of the log.
import { Box, FormControlLabel, MenuItem, Switch, TextField } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import type { LogSight } from "../api.gen.ts";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";
import { FILTER_BAR_LOOK } from "../list/filter-look.ts";
import { type LogFilter, SPANS, type Span, UUID } from "./log-search.ts";

export interface LogFiltersProps {
  readonly filter: LogFilter;
  readonly onFilter: (change: Partial<LogFilter>) => void;
  readonly parts: LogSight["parts"];
  /** The view is one of a study: there is nothing to choose it by. */
  readonly ofStudy: boolean;
  /** Why the hub does not search for the text. */
  readonly textProblem: string;
}

export function LogFilters({ filter, onFilter, parts, ofStudy, textProblem }: LogFiltersProps) {
  const { level, part, studyId, text, regex, span, from, until } = filter;
  const isHalfAnId = studyId !== "" && !UUID.test(studyId);
  const names = parts.map(({ name }) => name);
  // an entry that is gone from the configuration still has lines
  const choices = part === "" || names.includes(part) ? names : [...names, part];
  return (
    <Box role="search" aria-label={say("Filter of the log")} sx={BAR}>
      <TextField
        size="small"
        id={FILTER_FIELD}
        label={regex ? say("Regular expression") : say("Text")}
        value={text}
        onChange={(event) => onFilter({ text: event.target.value })}
        error={textProblem !== ""}
        helperText={textProblem}
        slotProps={{
          inputLabel: { shrink: true },
          htmlInput: { autoComplete: "off", spellCheck: false, maxLength: 500 },
        }}
        sx={{ flex: "1 1 200px" }}
      />
      <FormControlLabel
        control={<Switch size="small" checked={regex} onChange={(_, on) => onFilter({ regex: on })} />}
        label={say("Regex")}
        sx={{ mr: 0 }}
      />
      <Choice
        label={say("Level")}
        value={level}
        choices={LEVEL_CHOICES.map(([name, word]) => [name, say(word)] as const)}
        onChoose={(value) => onFilter({ level: value as LogFilter["level"] })}
      />
      {!ofStudy && (
        <>
          <Choice
            label={say("Part")}
            value={part}
            choices={[["", say("All")], ...choices.map((name) => [name, name] as const)]}
            onChoose={(value) => onFilter({ part: value })}
          />
          <TextField
            size="small"
            id="log-study"
            label={say("Study id")}
            value={studyId}
            onChange={(event) => onFilter({ studyId: event.target.value.trim() })}
            error={isHalfAnId}
            helperText={isHalfAnId ? say("The whole id of a study is needed") : ""}
            slotProps={{
              inputLabel: { shrink: true },
              htmlInput: { autoComplete: "off", spellCheck: false },
            }}
            sx={{ flex: "1 1 180px", maxWidth: { sm: 330 } }}
          />
        </>
      )}
      <Choice
        label={say("Time")}
        value={span}
        choices={Object.entries(SPANS).map(([name, { word }]) => [name, say(word)] as const)}
        onChoose={(value) => onFilter({ span: value as Span })}
      />
      {span === "custom" && (
        <>
          <Moment label={say("From")} value={from} onMoment={(value) => onFilter({ from: value })} />
          <Moment label={say("Until")} value={until} onMoment={(value) => onFilter({ until: value })} />
        </>
      )}
    </Box>
  );
}

const LEVEL_CHOICES = [
  ["", phrase("All")],
  ["info", phrase("Info and worse")],
  ["warn", phrase("Warnings and errors")],
  ["error", phrase("Errors")],
] as const;

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [name: string, word: string])[];
  readonly onChoose: (value: string) => void;
}

export function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  return (
    <TextField
      select
      size="small"
      id={`choice-${label.toLowerCase()}`}
      label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ minWidth: 130, flexGrow: { xs: 1, sm: 0 } }}
    >
      {choices.map(([name, word]) => (
        <MenuItem key={name} value={name}>
          {word}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface MomentProps {
  readonly label: string;
  readonly value: string;
  readonly onMoment: (value: string) => void;
}

export function Moment({ label, value, onMoment }: MomentProps) {
  return (
    <TextField
      type="datetime-local"
      size="small"
      label={label}
      value={value}
      onChange={(event) => onMoment(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { xs: "100%", sm: 210 } }}
    />
  );
}

/** Fields with a line of help below begin at the same height. */
export const BAR = { ...FILTER_BAR_LOOK, alignItems: "flex-start" } as const;
