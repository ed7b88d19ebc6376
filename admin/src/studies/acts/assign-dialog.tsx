// Puts studies into a group; it can be taken back for a few seconds, since nothing is run by it.
import { MenuItem, TextField, Typography } from "@mui/material";
import { callApi, say, shortId } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FormDialog } from "../../acts/form-dialog.tsx";
import { useUndo } from "../../acts/undo.tsx";
import type { StudyRow } from "../../api.gen.ts";
import { useGroupNames } from "../filter-options.ts";

type Member = Pick<StudyRow, "id" | "groupId">;

export interface AssignDialogProps {
  readonly studies: readonly Member[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

const NO_GROUP = "none";

export function AssignDialog({ studies, onClose, onDone }: AssignDialogProps) {
  const groups = useGroupNames();
  const [group, setGroup] = useState("");
  const offerUndo = useUndo();
  const what =
    studies.length === 1
      ? say("study %{id}", { id: shortId(studies[0]!.id) })
      : say("%{length} studies", { length: studies.length });
  const mayLeave = studies.some(({ groupId }) => groupId !== null);
  const done = () => {
    const name = groups.get(group);
    offerUndo(
      name === undefined
        ? say("Taken out: %{what}.", { what })
        : say("%{name} has %{what} now.", { name, what }),
      () => putBack(studies, group),
    );
    onClose();
    onDone?.();
  };
  return (
    <FormDialog
      title={say("Assign %{what} to a group", { what })}
      verb={group === NO_GROUP ? say("Take out") : say("Assign")}
      wrong={() => (group === "" ? say("Choose a group.") : "")}
      act={async () => {
        if (group === NO_GROUP) await leaveAll(studies);
        else await join(group, studies);
        return "";
      }}
      isSilent
      onClose={onClose}
      onDone={done}
    >
      <TextField
        select
        id="assign-group"
        label={say("Group")}
        value={group}
        onChange={(event) => setGroup(event.target.value)}
        autoFocus
      >
        {[...groups].map(([id, name]) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
        {mayLeave && <MenuItem value={NO_GROUP}>{say("No group")}</MenuItem>}
      </TextField>
      <Typography sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
        {groups.size === 0
          ? say("There is no group yet. Make one on the page Groups.")
          : say(
              "All studies of a group are run through its products. Those that are in another group leave it.",
            )}
      </Typography>
    </FormDialog>
  );
}

const membersAt = (group: string) => `/api/groups/${group}/studies`;

const join = (group: string, studies: readonly Member[]) =>
  callApi(membersAt(group), { method: "POST", body: { studyIds: studies.map(({ id }) => id) } });

const leave = (group: string, studies: readonly Member[]) =>
  callApi(membersAt(group), { method: "DELETE", body: { studyIds: studies.map(({ id }) => id) } });

async function leaveAll(studies: readonly Member[]): Promise<void> {
  for (const [group, members] of Map.groupBy(studies, ({ groupId }) => groupId))
    if (group !== null) await leave(group, members);
}

/** @param left the group that they are in now */
async function putBack(studies: readonly Member[], left: string): Promise<void> {
  for (const [group, members] of Map.groupBy(studies, ({ groupId }) => groupId)) {
    if (group !== null) await join(group, members);
    else if (left !== NO_GROUP) await leave(left, members);
  }
}
