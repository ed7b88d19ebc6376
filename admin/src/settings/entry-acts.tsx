// What can be done to a plugin entry as a whole: another name, or away with it.
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { useAct } from "../acts/act.ts";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { RemoveEntryAnswer, RenameEntryAnswer } from "../api.gen.ts";

export function EntryActs({ name, onGone }: { readonly name: string; readonly onGone: () => void }) {
  const [asking, setAsking] = useState<"rename" | "remove" | undefined>(undefined);
  const queries = useQueryClient();
  const close = () => setAsking(undefined);
  const gone = () => {
    void queries.invalidateQueries({ queryKey: ["settings"] });
    onGone();
  };
  return (
    <>
      <Button size="small" onClick={() => setAsking("rename")}>
        {say("Rename")}
      </Button>
      <Button size="small" color="error" onClick={() => setAsking("remove")}>
        {say("Remove")}
      </Button>
      {asking === "rename" && <RenameDialog name={name} onClose={close} />}
      {asking === "remove" && (
        <ConfirmDialog
          title={say("Remove %{name}?", { name })}
          verb={say("Remove")}
          tone="error"
          onClose={close}
          onDone={gone}
          act={() => async (call) => {
            const path = `/api/settings-entries/${encodeURIComponent(name)}`;
            const { version } = await call<RemoveEntryAnswer>(path, { method: "DELETE" });
            return say("Removed; this is version %{version}.", { version });
          }}
        >
          {say(
            "The entry and its place in the route go; an older version can bring them back. It is refused while work is addressed to it.",
          )}
        </ConfirmDialog>
      )}
    </>
  );
}

function RenameDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const id = useId();
  const [to, setTo] = useState(name);
  const { busy, problem, run } = useAct();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const done = await run(async (call) => {
      const path = `/api/settings-entries/${encodeURIComponent(name)}/rename`;
      const { version } = await call<RenameEntryAnswer>(path, { method: "POST", body: { to } });
      return say("Renamed; this is version %{version}.", { version });
    });
    if (!done) return;
    await queries.invalidateQueries({ queryKey: ["settings"] });
    void navigate(`/settings/${encodeURIComponent(`entry.${to}`)}`);
    onClose();
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby={id}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id={id}>{say("Rename %{name}", { name })}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <TextField
            label={say("Name")}
            value={to}
            onChange={({ target }) => setTo(target.value)}
            helperText={say(
              "Lower-case letters, digits and hyphens. What was delivered stays under the old name.",
            )}
            autoFocus
            sx={{ mt: 1 }}
            slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false, maxLength: 63 } }}
          />
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Back")}</Button>
          <Button type="submit" variant="contained" loading={busy} disabled={to === name || to === ""}>
            {say("Rename")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
