// Asks before an act that cannot be undone: names the thing, and wants a reason or a typed word where that is due.
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from "@mui/material";
import { MONO, say } from "@thalamus/sdk/ui";
import { type ReactNode, type SyntheticEvent, useId, useState } from "react";
import { type ActWork, useAct } from "./act.ts";

export interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** On the button: "Delete the study". */
  readonly verb: string;
  readonly tone?: "error" | "warning" | "primary";
  /** Has to be typed first. */
  readonly word?: string;
  /** False while what else is asked for is not there yet. */
  readonly isReady?: boolean;
  readonly reason?: { readonly help: string; readonly shortest: number; readonly longest: number };
  /** @param reason empty when none was asked for */
  readonly act: (reason: string) => ActWork;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, verb, tone = "primary", word, reason: wanted, act, onClose, onDone } = props;
  const { isReady = true } = props;
  const { busy, problem, run } = useAct();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const id = useId();
  const ready =
    isReady &&
    (word === undefined || typed.trim().toLowerCase() === word.toLowerCase()) &&
    reason.trim().length >= (wanted?.shortest ?? 0);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    if (!(await run(act(reason.trim())))) return;
    onClose();
    onDone?.();
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={id}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          {children}
          {wanted && <ReasonField {...wanted} value={reason} onType={setReason} />}
          {word !== undefined && <WordField word={word} value={typed} onType={setTyped} first={!wanted} />}
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Back")}</Button>
          <Button
            type="submit"
            variant="contained"
            color={tone}
            disabled={!ready}
            loading={busy}
            autoFocus={word === undefined && !wanted}
          >
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly value: string;
  readonly onType: (text: string) => void;
}

function ReasonField({
  help,
  longest,
  value,
  onType,
}: FieldProps & NonNullable<ConfirmDialogProps["reason"]>) {
  return (
    <TextField
      label={say("Reason")}
      helperText={say(help)}
      value={value}
      onChange={(event) => onType(event.target.value)}
      multiline
      minRows={2}
      required
      autoFocus
      slotProps={{ htmlInput: { maxLength: longest, autoComplete: "off" } }}
    />
  );
}

function WordField({ word, first, value, onType }: FieldProps & { word: string; first: boolean }) {
  return (
    <TextField
      label={say("Type %{word} to confirm", { word })}
      value={value}
      onChange={(event) => onType(event.target.value)}
      autoFocus={first}
      slotProps={{
        htmlInput: {
          autoComplete: "off",
          spellCheck: false,
          autoCapitalize: "off",
          style: { fontFamily: MONO },
        },
      }}
    />
  );
}
