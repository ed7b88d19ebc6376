// Makes a member of an organisation, or changes one.
import { MenuItem, TextField } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { MemberInfo } from "../api.gen.ts";

export type MemberFormProps = { readonly onClose: () => void } & (
  | { readonly organisationId: string; readonly member?: undefined }
  | { readonly member: MemberInfo; readonly organisationId?: undefined }
);

const ROLES: Readonly<Record<MemberInfo["role"], string>> = {
  user: phrase("User: sees what its own keys ordered"),
  admin: phrase("Administrator: may have keys that see the whole organisation"),
};

export function MemberForm({ member, organisationId, onClose }: MemberFormProps) {
  const [name, setName] = useState(member?.name ?? "");
  const [email, setEmail] = useState(member?.email ?? "");
  const [role, setRole] = useState(member?.role ?? "user");
  const wrong = () => {
    if (name.trim() === "") return say("The member needs a name.");
    const isAddress = email.trim() === "" || /^\S+@\S+\.\S+$/.test(email.trim());
    return isAddress ? "" : say("This is no e-mail address.");
  };
  return (
    <FormDialog
      title={member ? say("Change the member") : say("Add a member")}
      verb={member ? say("Save") : say("Add")}
      wrong={wrong}
      act={async (call) => {
        const body = { name: name.trim(), email: email.trim() === "" ? null : email.trim(), role };
        if (member) await call(`/api/cloud-members/${member.id}`, { method: "PATCH", body });
        else await call(`/api/organisations/${organisationId}/members`, { method: "POST", body });
        return member ? say("The member is changed.") : say("%{name} is added.", { name: body.name });
      }}
      onClose={onClose}
    >
      <TextField
        label={say("Name")}
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        helperText={say("Of a person, a scanner or a program.")}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
      <TextField
        label={say("E-mail (optional)")}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        helperText={say("To know whom to write to; the hub sends nothing there.")}
        slotProps={{ htmlInput: { maxLength: 254, autoComplete: "off" } }}
      />
      <TextField
        select
        label={say("Role")}
        value={role}
        onChange={(event) => setRole(event.target.value as MemberInfo["role"])}
        {...(member?.role === "admin" && role === "user"
          ? { helperText: say("Administrator's keys of this member become plain ones at once.") }
          : {})}
      >
        {Object.entries(ROLES).map(([value, words]) => (
          <MenuItem key={value} value={value} sx={{ whiteSpace: "normal" }}>
            {say(words)}
          </MenuItem>
        ))}
      </TextField>
    </FormDialog>
  );
}
