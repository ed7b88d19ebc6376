// How an update goes, also while the hub is away; when another version answers the page is loaded anew.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import { Alert, AlertTitle, Box, LinearProgress, Link, Step, StepLabel, Stepper } from "@mui/material";
import { phrase, say, sayWith, TimeText } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import { useAct } from "../acts/act.ts";
import { ActButton } from "../acts/act-button.tsx";
import { useMay } from "../acts/permission.ts";
import { PageSection } from "../layout/page-section.tsx";
import { isUnderWay, type Update } from "./update-words.ts";

export interface UpdateProgressProps {
  readonly update: Update;
  /** The hub does not answer now. */
  readonly away: boolean;
}

export function UpdateProgress({ update, away }: UpdateProgressProps) {
  if (!isUnderWay(update)) return <UpdateEnd update={update} />;
  return (
    <PageSection title={say("Update from %{from} to %{to}", { from: update.from, to: update.to })}>
      <Box sx={{ display: "grid", gap: 2, p: 2 }}>
        <LinearProgress aria-label={say("The update goes on")} />
        <Stages phase={update.phase} />
        <Box role="status">
          {away ? say("The hub restarts. This page waits for it and goes on by itself.") : update.message}
        </Box>
        <Box sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
          {sayWith("%{by} began it at %{time}.", {
            by: update.startedBy,
            time: <TimeText at={update.startedAt} />,
          })}
        </Box>
        {update.phase === "pending" && <CancelButton />}
      </Box>
    </PageSection>
  );
}

const STAGES = [
  ["pending", phrase("Prepare")],
  ["switching", phrase("Exchange")],
  ["verifying", phrase("Restart and check")],
] as const;

function Stages({ phase }: Pick<Update, "phase">) {
  const active = STAGES.findIndex(([name]) => name === phase);
  return (
    <Stepper activeStep={active} alternativeLabel>
      {STAGES.map(([name, word]) => (
        <Step key={name}>
          <StepLabel>{say(word)}</StepLabel>
        </Step>
      ))}
    </Stepper>
  );
}

function CancelButton() {
  const may = useMay();
  const { busy, problem, run } = useAct();
  if (!may("updates.apply")) return null;
  const cancel = () =>
    run(async (call) => {
      await call("/api/updates/cancel", { method: "POST" });
      return say("The update was called off.");
    });
  return (
    <Box>
      <ActButton loading={busy} onAct={() => void cancel()}>
        {say("Call it off")}
      </ActButton>
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
    </Box>
  );
}

function UpdateEnd({ update: { phase, from, to, message, changedAt } }: { readonly update: Update }) {
  const may = useMay();
  const done = phase === "done";
  const title = done
    ? say("Updated from %{from} to %{to}", { from, to })
    : phase === "rolled-back"
      ? say("Version %{to} did not work; %{from} is back", { to, from })
      : say("The update to %{to} did not begin", { to });
  return (
    <Alert
      severity={done ? "success" : "error"}
      variant="outlined"
      icon={done ? <CheckCircleOutlined /> : <ErrorOutlined />}
      sx={{ mb: 2, bgcolor: "background.paper" }}
    >
      <AlertTitle>{title}</AlertTitle>
      {message} <TimeText at={changedAt} />
      {!done && (
        <Box sx={{ display: "flex", gap: 2, mt: 0.5 }}>
          {may("updates.apply") && (
            <Link href="/api/updates/log" target="_blank" rel="noopener">
              {say("Log of the update")}
            </Link>
          )}
          {may("logs.read") && (
            <Link component={RouterLink} to="/logs">
              {say("Logs of the hub")}
            </Link>
          )}
        </Box>
      )}
    </Alert>
  );
}
