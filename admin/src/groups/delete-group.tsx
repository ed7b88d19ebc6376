// Asks for the name of a group before it is deleted with its reports.
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from "@mui/material";
import { callApi, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { GroupInfo } from "../api.gen.ts";
import { wordsOf } from "./group-requests.ts";

export function DeleteGroup({ group, onClose }: { readonly group: GroupInfo; readonly onClose: () => void }) {
  const { id, name, members } = group;
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed !== name) return;
    await callApi(`/api/groups/${id}`, { method: "DELETE", query: { name: typed } }).then(
      () => navigate("/groups"),
      (fault: unknown) => setProblem(wordsOf(fault)),
    );
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="delete-group">
      <form noValidate onSubmit={(event) => void submit(event)}>
        <DialogTitle id="delete-group">{say("Delete the group?")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          {say(
            "Its reports are deleted with it. Its %{total} studies stay, in no group. Type its name to confirm: %{name}",
            { total: members.total, name },
          )}
          <TextField
            label={say("Name of the group")}
            autoFocus
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: "off" } }}
          />
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button type="submit" color="error" variant="contained" disabled={typed !== name}>
            {say("Delete")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
