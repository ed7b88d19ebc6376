// What retention would delete now: with the site's numbers of days, and beside them with others that are tried out.
import { Box, Button, Paper, TextField, Typography } from "@mui/material";
import { ErrorState, fullTime, Late, phrase, say } from "@thalamus/sdk/ui";
import { useDeferredValue, useState } from "react";
import type { PreviewRetentionAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { RetentionTable } from "./retention-table.tsx";

type Days = PreviewRetentionAnswer["days"];
type Field = keyof Days;

const FIELDS: readonly { field: Field; label: string }[] = [
  { field: "keepStudiesDays", label: phrase("Keep studies") },
  { field: "keepRecordsDays", label: phrase("Keep records") },
  { field: "keepLogsDays", label: phrase("Keep log files") },
];

const MOST_DAYS = 36_500;

const isDays = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_DAYS;

export function RetentionPreview() {
  const [typed, setTyped] = useState<Readonly<Partial<Record<Field, string>>>>({});
  const given = Object.entries(typed).filter(([, text]) => isDays(text));
  const query = useDeferredValue(Object.fromEntries(given));
  const address = "/api/retention-preview";
  const now = useReading<PreviewRetentionAnswer>("retention", address);
  const tried = useReading<PreviewRetentionAnswer>("retention", address, { query });
  const trying = given.length > 0;
  const error = now.error ?? tried.error;
  return (
    <Box component="section" aria-labelledby="retention-heading" sx={{ mt: 3 }}>
      <Typography variant="h2" id="retention-heading" sx={{ mb: 1 }}>
        {say("What retention would delete now")}
      </Typography>
      {error && (
        <ErrorState
          title={say("The preview could not be made")}
          error={error}
          onRetry={() => void Promise.all([now.refetch(), tried.refetch()])}
        />
      )}
      <Paper variant="outlined" sx={{ borderRadius: 1.5, p: 2, display: "grid", gap: 2 }}>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {say(
            "Type other numbers of days to see what they would delete. Nothing is deleted and no setting changes; the settings are in the configuration, under upkeep.retention.",
          )}
        </Typography>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "start", gap: 1.5 }}>
          {FIELDS.map(({ field, label }) => (
            <DaysField
              key={field}
              label={say(label)}
              site={now.data?.days[field]}
              text={typed[field] ?? ""}
              onType={(text) => setTyped({ ...typed, [field]: text })}
            />
          ))}
          {Object.values(typed).some((text) => text !== "") && (
            <Button onClick={() => setTyped({})}>{say("Back to the site's numbers")}</Button>
          )}
        </Box>
        {now.data ? (
          <RetentionTable now={now.data} tried={trying ? tried.data : undefined} />
        ) : (
          !error && (
            <Late>
              <ListSkeleton rows={5} />
            </Late>
          )
        )}
        {now.data?.studies.oldest && (
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            {say("The oldest study that goes last changed at %{time}.", {
              time: fullTime(new Date(now.data.studies.oldest)),
            })}
          </Typography>
        )}
      </Paper>
    </Box>
  );
}

interface DaysFieldProps {
  readonly label: string;
  /** What the site has set; null keeps all, undefined is not known yet. */
  readonly site: number | null | undefined;
  readonly text: string;
  readonly onType: (text: string) => void;
}

function DaysField({ label, site, text, onType }: DaysFieldProps) {
  const wrong = text !== "" && !isDays(text);
  const set =
    site === undefined
      ? " "
      : site === null
        ? say("set: keep all")
        : say("set: 1 day |||| set: %{count} days", { count: site });
  return (
    <TextField
      size="small"
      label={say("%{label} (days)", { label })}
      value={text}
      onChange={(event) => onType(event.target.value.trim())}
      error={wrong}
      helperText={wrong ? say("1 to %{most} days", { most: MOST_DAYS }) : set}
      placeholder={typeof site === "number" ? String(site) : ""}
      slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "off" }, inputLabel: { shrink: true } }}
      sx={{ width: { xs: "100%", sm: 220 } }}
    />
  );
}
