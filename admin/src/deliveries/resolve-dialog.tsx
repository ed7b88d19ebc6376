// Asks what became of a step that was interrupted while it sent; only a person can find that out.

import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Radio,
  RadioGroup,
  Typography,
} from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { ResolveStepBody, StepRow } from "../api.gen.ts";

type Finding = ResolveStepBody["finding"];

const FINDINGS: readonly { finding: Finding; title: string; means: string; said: string }[] = [
  {
    finding: "arrived",
    title: phrase("It arrived"),
    means: phrase("You have seen it there. It counts as delivered, with your name in the receipt."),
    said: phrase("It counts as delivered."),
  },
  {
    finding: "again",
    title: phrase("Send again"),
    means: phrase(
      "You have not found it there. It is sent once more; if it did arrive, it may be there twice.",
    ),
    said: phrase("It is sent again."),
  },
  {
    finding: "give-up",
    title: phrase("Give up"),
    means: phrase("It is not to be sent. It counts as failed, and can be tried again later."),
    said: phrase("It was given up."),
  },
];

export interface ResolveDialogProps {
  readonly step: Pick<StepRow, "id" | "target">;
  readonly onClose: () => void;
}

export function ResolveDialog({ step: { id, target }, onClose }: ResolveDialogProps) {
  const { busy, problem, run } = useAct();
  const [finding, setFinding] = useState<Finding>();
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const chosen = FINDINGS.find((one) => one.finding === finding);
    if (!chosen) return;
    const settled = await run(async (call) => {
      await call(`/api/steps/${id}/resolve`, { method: "POST", body: { finding } });
      return say(chosen.said);
    });
    if (settled) onClose();
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="resolve-title">
      <form onSubmit={(event) => void submit(event)}>
        <DialogTitle id="resolve-title">{say("Did it arrive at %{target}?", { target })}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <Typography>
            {say(
              "The hub was interrupted while it sent, and the other side cannot be asked. Look there before you decide.",
            )}
          </Typography>
          <RadioGroup
            aria-label={say("What became of it")}
            value={finding ?? ""}
            onChange={(_, chosen) => setFinding(chosen as Finding)}
            sx={{ gap: 1.5 }}
          >
            {FINDINGS.map((one) => (
              <FormControlLabel
                key={one.finding}
                value={one.finding}
                control={<Radio sx={{ alignSelf: "start", mt: -0.75 }} />}
                label={
                  <>
                    <strong>{say(one.title)}</strong>
                    <Box sx={{ fontSize: "0.8125rem", color: "text.secondary" }}>{say(one.means)}</Box>
                  </>
                }
                sx={{ alignItems: "start" }}
              />
            ))}
          </RadioGroup>
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Back")}</Button>
          <Button type="submit" variant="contained" disabled={finding === undefined} loading={busy}>
            {say("Save the decision")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
