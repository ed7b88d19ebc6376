// A new key for a program: its name, what it may do, and when it ends; shown once.
import {
  Alert,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  FormGroup,
  FormLabel,
  TextField,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useId, useState } from "react";
import { useAct } from "../acts/act.ts";
import { type Permission, useMay } from "../acts/permission.ts";
import type { ListRolesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { ShownOnce } from "./shown-once.tsx";

const DAY_MS = 86_400_000;

export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const may = useMay();
  const { data } = useReading<ListRolesAnswer>("roles", "/api/access/roles");
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const [name, setName] = useState("");
  const [days, setDays] = useState("365");
  const [scopes, setScopes] = useState<readonly Permission[]>([]);
  const [key, setKey] = useState<string>();
  const id = useId();
  const toggle = (one: Permission) =>
    setScopes(scopes.includes(one) ? scopes.filter((other) => other !== one) : [...scopes, one]);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    await run(async (call) => {
      const end = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      const body = { name: name.trim(), scopes, ...(days === "" ? {} : { expiresAt: end }) };
      setKey((await call<{ key: string }>("/api/access/keys", { method: "POST", body })).key);
      return say("%{name} has a key.", { name: body.name });
    });
    await queries.invalidateQueries({ queryKey: ["keys"] });
  };
  if (key !== undefined)
    return <ShownOnce title={say("Key of %{name}", { name })} secret={key} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={id}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id={id}>{say("New API key")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2.5 }}>
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
          <TextField
            label={say("Name of the program")}
            autoFocus
            required
            sx={{ mt: 1 }}
            value={name}
            onChange={(event) => setName(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
          />
          <TextField
            label={say("Days until it ends")}
            type="number"
            value={days}
            helperText={say("Empty: it does not end by itself.")}
            onChange={(event) => setDays(event.target.value)}
          />
          <FormGroup>
            <FormLabel component="legend">{say("What it may do")}</FormLabel>
            {data?.permissions
              .filter((one) => may(one.name))
              .map((one) => (
                <FormControlLabel
                  key={one.name}
                  control={<Checkbox size="small" checked={scopes.includes(one.name)} />}
                  label={`${say(one.words)} (${one.name})`}
                  onChange={() => toggle(one.name)}
                />
              ))}
          </FormGroup>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button
            type="submit"
            variant="contained"
            loading={busy}
            disabled={name.trim() === "" || scopes.length === 0}
          >
            {say("Make key")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
