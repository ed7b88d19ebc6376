// Makes a key in two steps: what it may do, then its secret, which is shown this once.
import { Box, Checkbox, FormControlLabel, MenuItem, TextField, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { CloudKeyInfo, MemberInfo } from "../api.gen.ts";
import { KeyFields, type KeyValues, keyProblem, keySettings } from "./key-fields.tsx";
import { SCOPE_WORDS, SCOPES } from "./organisation-words.ts";
import { SecretDialog } from "./secret-dialog.tsx";

export interface NewKeyDialogProps {
  readonly members: readonly MemberInfo[];
  readonly onClose: () => void;
}

/** Answer of `POST /api/cloud-members/{id}/keys`. */
export interface NewKey {
  readonly key: CloudKeyInfo;
  readonly secret: string;
}

export function NewKeyDialog({ members, onClose }: NewKeyDialogProps) {
  const [memberId, setMemberId] = useState(
    (members.find(({ suspendedAt }) => suspendedAt === null) ?? members[0])?.id ?? "",
  );
  const [values, setValues] = useState<KeyValues>({ name: "", quota: "", lastDay: "" });
  const [scopes, setScopes] = useState<CloudKeyInfo["scopes"]>(SCOPES);
  const [wantsAdmin, setWantsAdmin] = useState(false);
  // in no cache and in no address
  const [made, setMade] = useState<NewKey>();
  const mayBeAdmin = members.find(({ id }) => id === memberId)?.role === "admin";
  if (made) return <SecretDialog made={made} onClose={onClose} />;
  const wrong = () =>
    keyProblem(values) || (scopes.length === 0 ? say("The key must be allowed something.") : "");
  return (
    <FormDialog
      title={say("Create a key")}
      verb={say("Create")}
      wrong={wrong}
      act={async (call) => {
        const body = { ...keySettings(values), scopes, isAdmin: wantsAdmin && mayBeAdmin };
        setMade(await call<NewKey>(`/api/cloud-members/${memberId}/keys`, { method: "POST", body }));
        return say("The key %{name} is made.", { name: body.name });
      }}
      onClose={onClose}
      onDone={() => undefined}
    >
      <TextField
        select
        label={say("Member")}
        value={memberId}
        onChange={(event) => setMemberId(event.target.value)}
        helperText={say("Who gets the key.")}
      >
        {members.map(({ id, name, suspendedAt }) => (
          <MenuItem key={id} value={id}>
            {suspendedAt === null ? name : say("%{name} (suspended)", { name })}
          </MenuItem>
        ))}
      </TextField>
      <KeyFields values={values} onChange={(some) => setValues({ ...values, ...some })} autoFocus />
      <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, display: "grid" }}>
        <Typography component="legend" sx={{ fontWeight: 600, p: 0 }}>
          {say("What it may do")}
        </Typography>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {say("An edge hub needs all of it.")}
        </Typography>
        {SCOPES.map((scope) => (
          <FormControlLabel
            key={scope}
            label={say(SCOPE_WORDS[scope])}
            control={
              <Checkbox
                size="small"
                checked={scopes.includes(scope)}
                onChange={(_, on) =>
                  setScopes(SCOPES.filter((one) => (one === scope ? on : scopes.includes(one))))
                }
              />
            }
          />
        ))}
      </Box>
      <Box>
        <FormControlLabel
          label={say("Sees and changes what anybody of the organisation ordered")}
          disabled={!mayBeAdmin}
          control={
            <Checkbox
              size="small"
              checked={wantsAdmin && mayBeAdmin}
              onChange={(_, on) => setWantsAdmin(on)}
            />
          }
        />
        {!mayBeAdmin && (
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            {say("For this the member needs the role Administrator.")}
          </Typography>
        )}
      </Box>
    </FormDialog>
  );
}
