// What each cloud is told about this hub, word for word, and how the last time went.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import ScheduleOutlined from "@mui/icons-material/ScheduleOutlined";
import { Alert, Box, Paper, Typography } from "@mui/material";
import { ErrorState, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import type { GetHeartbeatAnswer, HeartbeatView } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

const LOOK_MS = 20_000;

export function HeartbeatCards() {
  const { data, error, refetch } = useReading<GetHeartbeatAnswer>("heartbeat", "/api/heartbeat", {
    everyMs: LOOK_MS,
  });
  if (error) {
    return (
      <ErrorState
        title={say("The heartbeat could not be read")}
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  return data?.data.map((heartbeat) => <HeartbeatCard key={heartbeat.target} heartbeat={heartbeat} />);
}

function HeartbeatCard({ heartbeat: { target, content, last } }: { readonly heartbeat: HeartbeatView }) {
  const title = say("Heartbeat to %{target}", { target });
  return (
    <Paper component="section" variant="outlined" aria-label={title} sx={{ mt: 2, borderRadius: 1.5, p: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 1 }}>
        <Typography variant="h2">{title}</Typography>
        <LastChip last={last} />
        {last && (
          <Box sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
            {sayWith("last %{time}", { time: <TimeText at={last.at} /> })}
          </Box>
        )}
      </Box>
      {last !== null && !last.ok && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 1 }}>
          {last.message}
        </Alert>
      )}
      {content === null ? (
        <Typography sx={{ color: "text.secondary" }}>
          {say("Nothing is sent. The setting heartbeat of the plugin entry %{target} says what may be.", {
            target,
          })}
        </Typography>
      ) : (
        <>
          <Typography sx={{ color: "text.secondary", mb: 1 }}>
            {say("This, word for word, is what would be sent now. Nothing in it is about patients.")}
          </Typography>
          <Box
            component="pre"
            aria-label={say("Content of the heartbeat to %{target}", { target })}
            sx={TEXT}
            tabIndex={0}
          >
            {JSON.stringify(content, null, 2)}
          </Box>
        </>
      )}
    </Paper>
  );
}

function LastChip({ last }: Pick<HeartbeatView, "last">) {
  if (last === null) return <ToneChip tone="neutral" icon={ScheduleOutlined} word={say("Not sent yet")} />;
  return last.ok ? (
    <ToneChip tone="good" icon={CheckCircleOutlined} word={say("Arrived")} />
  ) : (
    <ToneChip tone="bad" icon={ErrorOutlined} word={say("Did not arrive")} />
  );
}

const TEXT = {
  m: 0,
  p: 1.5,
  maxHeight: 360,
  overflow: "auto",
  fontSize: "0.8125rem",
  borderRadius: 1,
  bgcolor: "action.hover",
} as const;
