// What an admin can do about a study that its checks hold: correct age or sex, check again, or let it pass.
import ReplayOutlined from "@mui/icons-material/ReplayOutlined";
import { Alert, AlertTitle, Box, Button, Stack } from "@mui/material";
import { ApiFault, callApi, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNotify, useRefresh } from "react-admin";
import type { StepRow, StudyRow } from "../../api.gen.ts";
import { BypassDialog } from "./bypass-dialog.tsx";
import { DemographicsForm } from "./demographics-form.tsx";

export interface HeldActionsProps {
  readonly study: StudyRow;
  /** Checks of the newest revision that hold it or were given up. */
  readonly waiting: readonly StepRow[];
}

export function HeldActions({ study, waiting }: HeldActionsProps) {
  const [bypassing, setBypassing] = useState<StepRow>();
  const [correcting, setCorrecting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const notify = useNotify();
  const refresh = useRefresh();
  const held = waiting.filter(({ state }) => state === "held");
  const runAgain = async () => {
    setBusy(true);
    setProblem("");
    try {
      await callApi(`/api/studies/${study.id}/checks`, { method: "POST" });
      setCorrecting(false);
      notify(say("The checks run again."));
      refresh();
    } catch (fault) {
      setProblem(fault instanceof ApiFault ? fault.message : say("The checks could not be started."));
    }
    setBusy(false);
  };
  const bypassed = () => {
    setBypassing(undefined);
    notify(say("Bypassed. The study goes on."));
    refresh();
  };
  return (
    <Alert
      severity="warning"
      variant="outlined"
      component="section"
      aria-label={say("What can be done")}
      sx={{ "& .MuiAlert-message": { flex: 1 } }}
    >
      <AlertTitle>
        {held.length > 0 ? say("The study waits for a person") : say("A check was given up")}
      </AlertTitle>
      <Stack spacing={1.5}>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
          <Button
            size="small"
            variant="outlined"
            startIcon={<ReplayOutlined />}
            loading={busy}
            onClick={() => void runAgain()}
          >
            {say("Run again")}
          </Button>
          {held.length > 0 && (
            <Button size="small" variant="outlined" onClick={() => setCorrecting(!correcting)}>
              {say("Correct age or sex")}
            </Button>
          )}
          {held.map((step) => (
            <Button
              key={step.id}
              size="small"
              variant="outlined"
              color="warning"
              onClick={() => setBypassing(step)}
            >
              {held.length === 1 ? say("Bypass") : say("Bypass %{target}", { target: step.target })}
            </Button>
          ))}
        </Box>
        {problem !== "" && <Alert severity="error">{problem}</Alert>}
        {correcting && <DemographicsForm studyId={study.id} onDone={runAgain} />}
      </Stack>
      {bypassing && (
        <BypassDialog step={bypassing} onClose={() => setBypassing(undefined)} onBypassed={bypassed} />
      )}
    </Alert>
  );
}
