// Somebody else saved the same section meanwhile: what they changed, and whose word counts.
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from "@mui/material";
import { fullTime, say } from "@thalamus/sdk/ui";
import { useId } from "react";
import { ChangeTable } from "./change-table.tsx";
import type { Conflict } from "./save-section.ts";

export interface ConflictDialogProps {
  readonly conflict: Conflict;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
  readonly onClose: () => void;
}

export function ConflictDialog({ conflict, onTheirs, onMine, onClose }: ConflictDialogProps) {
  const id = useId();
  const { madeBy, madeAt, fields } = conflict;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{say("Changed by %{madeBy} meanwhile", { madeBy })}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }}>
        <Typography>
          {say("%{madeBy} saved this section at %{time}, after you had opened it:", {
            madeBy,
            time: fullTime(new Date(madeAt)),
          })}
        </Typography>
        <ChangeTable label={say("What %{madeBy} changed", { madeBy })} fields={fields} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onMine} color="warning">
          {say("Save mine over it")}
        </Button>
        <Button onClick={onTheirs} variant="contained" autoFocus>
          {say("Take theirs")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
