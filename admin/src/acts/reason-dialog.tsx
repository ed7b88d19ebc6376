// Why somebody wants to see what identifies a patient: one sentence, which the audit trail keeps.

import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
  Typography,
} from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useId, useState } from "react";

const SHORTEST = 3;
const LONGEST = 500;

export interface ReasonDialogProps {
  /** Undefined: they would rather not say. */
  readonly onGive: (reason: string | undefined) => void;
}

export default function ReasonDialog({ onGive }: ReasonDialogProps) {
  const id = useId();
  const [reason, setReason] = useState("");
  const isReady = reason.trim().length >= SHORTEST;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isReady) onGive(reason.trim());
  };
  return (
    <Dialog open onClose={() => onGive(undefined)} maxWidth="sm" fullWidth aria-labelledby={id}>
      <form onSubmit={submit} noValidate>
        <DialogTitle id={id}>{say("Why do you look at patient data?")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <Typography>{say("This site keeps the reason in the audit trail, with your name.")}</Typography>
          <TextField
            label={say("Reason")}
            helperText={say("Three characters or more, and nothing about the patient")}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            required
            autoFocus
            slotProps={{ htmlInput: { maxLength: LONGEST, autoComplete: "off" } }}
          />
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={() => onGive(undefined)}>{say("Back")}</Button>
          <Button type="submit" variant="contained" disabled={!isReady}>
            {say("Show")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
