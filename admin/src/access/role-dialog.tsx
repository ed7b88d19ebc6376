// A role of the site: its title, and what it may do, by area and in words.
import {
  Alert,
  Box,
  Checkbox,
  FormControlLabel,
  FormGroup,
  FormLabel,
  TextField,
  Typography,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { ActWork } from "../acts/act.ts";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { Permission } from "../acts/permission.ts";
import type { ListRolesAnswer } from "../api.gen.ts";

export interface RoleDraft {
  readonly name?: string;
  readonly title: string;
  readonly permissions: readonly Permission[];
  readonly isNew: boolean;
}

export interface RoleDialogProps {
  readonly draft: RoleDraft;
  /** Names of roles that are there. */
  readonly taken: readonly string[];
  readonly permissions: ListRolesAnswer["permissions"];
  /** Accounts that have it. */
  readonly holders: readonly string[];
  readonly onClose: () => void;
}

export function RoleDialog({ draft, taken, permissions, holders, onClose }: RoleDialogProps) {
  const queries = useQueryClient();
  const [title, setTitle] = useState(draft.title);
  const [chosen, setChosen] = useState<readonly Permission[]>(draft.permissions);
  const name = draft.isNew ? nameFrom(title) : (draft.name ?? "");
  const areas = Map.groupBy(permissions, ({ area }) => area);
  const wrong = () => {
    if (title.trim() === "") return say("Give the role a title.");
    if (!/^[a-z][a-z0-9-]{1,62}$/.test(name)) return say("The title needs two letters at least.");
    if (draft.isNew && taken.includes(name)) return say("There is a role of this name.");
    return chosen.length === 0 ? say("Choose what the role may do.") : "";
  };
  const act: ActWork = async (call) => {
    const body = { title: title.trim(), permissions: [...chosen] };
    await call(`/api/access/roles/${name}`, { method: "PUT", body });
    await queries.invalidateQueries({ queryKey: ["roles"] });
    return draft.isNew
      ? say("%{title} can be given to accounts.", { title: body.title })
      : say("%{title} is changed.", { title: body.title });
  };
  return (
    <FormDialog
      title={draft.isNew ? say("New role") : say("Role %{title}", { title: draft.title })}
      verb={draft.isNew ? say("Make role") : say("Save role")}
      wrong={wrong}
      act={act}
      onClose={onClose}
    >
      <TextField
        label={say("Title")}
        required
        autoFocus={draft.isNew}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        helperText={name === "" ? say("What people read.") : say("Called %{name} in the API.", { name })}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
      {holders.length > 0 && (
        <Alert severity="warning">
          {say(
            "One account has this role and must sign in again when it is saved: %{names} |||| %{count} accounts have this role and must sign in again when it is saved: %{names}",
            { count: holders.length, names: holders.join(", ") },
          )}
        </Alert>
      )}
      {[...areas].map(([area, own]) => (
        <AreaFields key={area} area={area} permissions={own} chosen={chosen} onChoose={setChosen} />
      ))}
    </FormDialog>
  );
}

interface AreaFieldsProps {
  readonly area: string;
  readonly permissions: ListRolesAnswer["permissions"];
  readonly chosen: readonly Permission[];
  readonly onChoose: (chosen: readonly Permission[]) => void;
}

function AreaFields({ area, permissions, chosen, onChoose }: AreaFieldsProps) {
  const names = permissions.map(({ name }) => name);
  const inside = names.filter((name) => chosen.includes(name));
  const others = chosen.filter((name) => !names.includes(name));
  const toggle = (name: Permission, on: boolean) =>
    onChoose(on ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <FormLabel component="legend" sx={{ fontWeight: 600 }}>
        {say(area)}
      </FormLabel>
      <FormGroup>
        {names.length > 1 && (
          <FormControlLabel
            label={<Typography variant="body2">{say("All of %{area}", { area: say(area) })}</Typography>}
            control={
              <Checkbox
                size="small"
                checked={inside.length === names.length}
                indeterminate={inside.length > 0 && inside.length < names.length}
                onChange={(_, on) => onChoose(on ? [...others, ...names] : others)}
              />
            }
          />
        )}
        {permissions.map(({ name, words }) => (
          <FormControlLabel
            key={name}
            label={say(words)}
            sx={{ ml: names.length > 1 ? 1.5 : undefined }}
            control={
              <Checkbox size="small" checked={chosen.includes(name)} onChange={(_, on) => toggle(name, on)} />
            }
          />
        ))}
      </FormGroup>
    </Box>
  );
}

/** `Night shift (MR)` → `night-shift-mr` */
const nameFrom = (title: string): string =>
  title
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "")
    .slice(0, 63);
