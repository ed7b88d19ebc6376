// Changing the own password: the rules in words, and what the hub says about a password that does not keep them.

import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useId, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { GetPasswordRulesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

export function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const { data: rules } = useReading<GetPasswordRulesAnswer>("password-rules", "/api/password-rules");
  const { busy, problem, run } = useAct();
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [again, setAgain] = useState("");
  const id = useId();
  const differs = again !== "" && again !== wanted;
  const ready = current !== "" && wanted !== "" && wanted === again;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready) return;
    const changed = await run(async (call) => {
      await call("/api/my/password", { method: "PUT", body: { current, wanted } });
      return say("Your password is changed. Your other sessions have ended.");
    });
    if (changed) onClose();
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby={id}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id={id}>{say("Change password")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2.5 }}>
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
          <Secret
            label={say("Current password")}
            value={current}
            onValue={setCurrent}
            kind="current-password"
            autoFocus
          />
          <Secret
            label={say("New password")}
            value={wanted}
            onValue={setWanted}
            kind="new-password"
            help={rules ? say("It needs %{value}.", { value: rules.data.join(", ") }) : ""}
          />
          <Secret
            label={say("New password again")}
            value={again}
            onValue={setAgain}
            kind="new-password"
            help={differs ? say("This is not the same.") : ""}
            error={differs}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button type="submit" variant="contained" disabled={!ready} loading={busy}>
            {say("Change password")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface SecretProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly kind: "current-password" | "new-password";
  readonly help?: string;
  readonly error?: boolean;
  readonly autoFocus?: boolean;
}

function Secret({ label, value, onValue, kind, help = "", error = false, autoFocus = false }: SecretProps) {
  return (
    <TextField
      {...{ label, value, error, autoFocus }}
      type="password"
      autoComplete={kind}
      fullWidth
      sx={{ mt: autoFocus ? 1 : 0 }}
      helperText={help}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
