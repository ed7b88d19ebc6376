// the group that an upload's studies join, and whether it holds a ZIP for each of them.

import { Box, Checkbox, FormControlLabel, TextField, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useAllGroups } from "../groups/group-requests.ts";

export interface GroupChoiceProps {
  readonly groupId: string;
  readonly archives: boolean;
  readonly onChange: (groupId: string, archives: boolean) => void;
}

export function GroupChoice({ groupId, archives, onChange }: GroupChoiceProps) {
  const { data } = useAllGroups();
  if (!data || data.total === 0) return null;
  const group = data.data.find(({ id }) => id === groupId);
  return (
    <Box sx={{ display: "grid", gap: 0.5 }}>
      <TextField
        select
        label={say("Group (optional)")}
        value={group ? groupId : ""}
        onChange={(event) => onChange(event.target.value, event.target.value !== "" && archives)}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        <option value="">{say("None")}</option>
        {data.data.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </TextField>
      {group && (
        <>
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            {say("Products of the group: %{products}", { products: group.products.join(", ") })}
          </Typography>
          <FormControlLabel
            label={say("What I send holds one ZIP for each study")}
            control={<Checkbox checked={archives} onChange={(_, on) => onChange(groupId, on)} />}
          />
        </>
      )}
      {archives && (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {say(
            "Each ZIP holds DICOM objects, with or without a JSON sidecar, or a NIfTI image with .bvec, .bval and sidecar. A ZIP that is wrong is told, and the others are taken in.",
          )}
        </Typography>
      )}
    </Box>
  );
}
