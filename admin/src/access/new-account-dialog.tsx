// A new local account: its name and role; the password is made up and shown once.
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  TextField,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useId, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { ListRolesAnswer } from "../api.gen.ts";
import { ShownOnce } from "./shown-once.tsx";

export interface NewAccountDialogProps {
  readonly roles: ListRolesAnswer["data"];
  readonly onClose: () => void;
}

export function NewAccountDialog({ roles, onClose }: NewAccountDialogProps) {
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const [name, setName] = useState("");
  const [role, setRole] = useState("user");
  const [password, setPassword] = useState<string>();
  const id = useId();
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    await run(async (call) => {
      const body = { name: name.trim(), role };
      const made = await call<{ password?: string }>("/api/access/accounts", { method: "POST", body });
      setPassword(made.password);
      return say("%{name} can sign in.", { name: body.name });
    });
    await queries.invalidateQueries({ queryKey: ["accounts"] });
  };
  if (password !== undefined)
    return <ShownOnce title={say("Password of %{name}", { name })} secret={password} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby={id}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id={id}>{say("New account")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2.5 }}>
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
          <TextField
            label={say("Name")}
            autoFocus
            required
            value={name}
            sx={{ mt: 1 }}
            helperText={say("Lower-case letters, digits, dots, hyphens, @ and underscores.")}
            onChange={(event) => setName(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 100, autoCapitalize: "none", autoComplete: "off" } }}
          />
          <TextField
            select
            label={say("Role")}
            value={role}
            onChange={(event) => setRole(event.target.value)}
          >
            {roles.map((one) => (
              <MenuItem key={one.name} value={one.name}>
                {say(one.title)}
              </MenuItem>
            ))}
          </TextField>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button type="submit" variant="contained" loading={busy} disabled={name.trim() === ""}>
            {say("Make account")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
