// Work that comes again: its schedule, its last and next run, and the button that does it now.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import PlayArrowOutlined from "@mui/icons-material/PlayArrowOutlined";
import ScheduleOutlined from "@mui/icons-material/ScheduleOutlined";
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import { Alert, Box, Paper, Typography } from "@mui/material";
import { durationWords, ErrorState, Late, phrase, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useAct } from "../acts/act.ts";
import { ActButton } from "../acts/act-button.tsx";
import type { ListChoresAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { type ChoreRow, endWords, scheduleWords } from "./chore-words.ts";
import { RunRetentionDialog } from "./run-retention-dialog.tsx";

/** The hub tells when a chore ends; that one began is found by looking. */
const LOOK_MS = { running: 2000, idle: 20_000 } as const;
/** It deletes, so it is asked for twice. */
const RETENTION = "retention";

const isBusy = (chore: ChoreRow): boolean => chore.running || Date.parse(chore.nextRunAt) <= Date.now();

export function ChoreList() {
  const { data, error, refetch } = useReading<ListChoresAnswer>("chores", "/api/chores", {
    everyMs: (known) => (known?.data.some(isBusy) ? LOOK_MS.running : LOOK_MS.idle),
  });
  return (
    <>
      {error && (
        <ErrorState
          title={say("The chores could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see them as they were.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
        {!data && !error && (
          <Late>
            <ListSkeleton rows={2} />
          </Late>
        )}
        <Box component="ul" aria-label={say("Chores")} sx={{ listStyle: "none", m: 0, p: 0 }}>
          {data?.data.map((chore) => (
            <ChoreLine key={chore.name} chore={chore} />
          ))}
        </Box>
      </Paper>
    </>
  );
}

function ChoreLine({ chore }: { chore: ChoreRow }) {
  const { name, schedule, nextRunAt } = chore;
  const title = say(chore.title);
  const [asking, setAsking] = useState(false);
  const { busy, problem, run } = useAct();
  const runNow = () =>
    run(async (call) => {
      await call(`/api/chores/${encodeURIComponent(name)}/run`, { method: "POST" });
      return say("It is being done.");
    });
  return (
    <Box component="li" aria-label={title} sx={LINE}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25 }}>
        <Typography variant="h2">{title}</Typography>
        <ChoreChip chore={chore} />
        <Box sx={{ flex: 1 }} />
        <ActButton
          startIcon={<PlayArrowOutlined />}
          aria-label={say("Run now: %{title}", { title })}
          loading={busy}
          whyNot={isBusy(chore) ? phrase("It is being done.") : ""}
          onAct={() => (name === RETENTION ? setAsking(true) : void runNow())}
        >
          {say("Run now")}
        </ActButton>
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: "2px 20px", color: "text.secondary" }}>
        <span>{scheduleWords(schedule)}</span>
        <span>{sayWith("next %{time}", { time: <TimeText at={nextRunAt} /> })}</span>
        <LastRun chore={chore} />
      </Box>
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
      {asking && <RunRetentionDialog onClose={() => setAsking(false)} />}
    </Box>
  );
}

function ChoreChip({ chore }: { chore: ChoreRow }) {
  if (isBusy(chore)) return <ToneChip tone="work" icon={SyncOutlined} word={say("Running")} busy />;
  if (chore.lastEnd === null)
    return <ToneChip tone="neutral" icon={ScheduleOutlined} word={say("Did not run yet")} />;
  return chore.lastEnd.ok ? (
    <ToneChip tone="good" icon={CheckCircleOutlined} word={say("Done")} />
  ) : (
    <ToneChip tone="bad" icon={ErrorOutlined} word={say("Failed")} />
  );
}

function LastRun({ chore: { startedAt, endedAt, lastEnd } }: { chore: ChoreRow }) {
  if (startedAt === null || endedAt === null || lastEnd === null) return null;
  const took = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
  return (
    <>
      <span>
        {sayWith("last %{time}", { time: <TimeText at={endedAt} /> })}
        {took >= 100 && say(", took %{span}", { span: durationWords(took) })}
      </span>
      <span>{endWords(lastEnd)}</span>
    </>
  );
}

const LINE = {
  display: "grid",
  gap: 0.75,
  px: 2,
  py: 1.5,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
