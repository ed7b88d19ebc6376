// A form in a dialog: busy while the hub is asked, and what is wrong stands where it was sent.

import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { type ReactNode, type SyntheticEvent, useId, useState } from "react";
import { type ActWork, useAct } from "./act.ts";

export interface FormDialogProps {
  readonly title: string;
  /** On the button. */
  readonly verb: string;
  /** What is wrong with what was filled in; empty when it can be sent. */
  readonly wrong: () => string;
  readonly act: ActWork;
  /** Whoever opened it says itself what was done. */
  readonly isSilent?: boolean;
  readonly onClose: () => void;
  /** In place of closing, when it was done. */
  readonly onDone?: () => void;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { title, verb, wrong, act, isSilent = false, onClose, onDone = onClose, children } = props;
  const { busy, problem, run } = useAct({ isSilent });
  const [own, setOwn] = useState("");
  const id = useId();
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const found = wrong();
    setOwn(found);
    if (found !== "" || busy) return;
    if (await run(act)) onDone();
  };
  const said = own || problem;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={id}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2.5, "& > :first-of-type": { mt: 1 } }}>
          {children}
          {said !== "" && <Alert severity="error">{said}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button type="submit" variant="contained" loading={busy}>
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
