// Puts studies into a group: the newest ones that are in none, by the hub's ids.
import {
  Alert,
  Box,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { callApi, ErrorState, StatusChip, say, shortId, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNewestStudies, wordsOf } from "./group-requests.ts";

export interface AddStudiesProps {
  readonly groupId: string;
  readonly onClose: () => void;
}

export function AddStudies({ groupId, onClose }: AddStudiesProps) {
  const { data, error, refetch } = useNewestStudies();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState("");
  const queries = useQueryClient();
  const free = data?.data.filter((study) => study.groupId === null) ?? [];
  const add = async () => {
    const body = { studyIds: chosen };
    try {
      await callApi(`/api/groups/${groupId}/studies`, { method: "POST", body });
      await queries.invalidateQueries({ queryKey: ["groups"] });
      onClose();
    } catch (fault) {
      setProblem(wordsOf(fault));
    }
  };
  const toggle = (id: string, on: boolean) =>
    setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="add-studies">
      <DialogTitle id="add-studies">{say("Add studies to the group")}</DialogTitle>
      <DialogContent>
        {error && (
          <ErrorState
            title={say("The studies could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        )}
        {data && free.length === 0 && say("None of the 100 newest studies is without a group.")}
        <Box component="ul" aria-label={say("Studies in no group")} sx={{ listStyle: "none", m: 0, p: 0 }}>
          {free.map(({ id, status, receivedAt }) => (
            <Box
              component="li"
              key={id}
              sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 2 }}
            >
              <FormControlLabel
                label={say("Study %{id}", { id: shortId(id) })}
                control={<Checkbox checked={chosen.includes(id)} onChange={(_, on) => toggle(id, on)} />}
              />
              <StatusChip status={status} />
              <TimeText at={receivedAt} />
            </Box>
          ))}
        </Box>
        {problem !== "" && <Alert severity="error">{problem}</Alert>}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose}>{say("Cancel")}</Button>
        <Button variant="contained" disabled={chosen.length === 0} onClick={() => void add()}>
          {say("Add")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
