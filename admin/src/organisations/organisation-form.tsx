// Makes an organisation, or changes one.
import { TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { OrganisationInfo } from "../api.gen.ts";
import { wholeNumber } from "./whole-number.ts";

export interface OrganisationFormProps {
  /** Left out: a new one is made. */
  readonly organisation?: OrganisationInfo;
  readonly onClose: () => void;
  readonly onDone?: (id: string) => void;
}

const DAYS = { least: 1, most: 3650 } as const;

export function OrganisationForm({ organisation, onClose, onDone }: OrganisationFormProps) {
  const [name, setName] = useState(organisation?.name ?? "");
  const [days, setDays] = useState(String(organisation?.orderDays ?? 30));
  const orderDays = wholeNumber(days, DAYS.least, DAYS.most);
  const wrong = () => {
    if (name.trim() === "") return say("The organisation needs a name.");
    return orderDays === undefined
      ? say("Days are a whole number from %{least} to %{most}.", { least: DAYS.least, most: DAYS.most })
      : "";
  };
  return (
    <FormDialog
      title={organisation ? say("Change the organisation") : say("Add an organisation")}
      verb={organisation ? say("Save") : say("Add")}
      wrong={wrong}
      act={async (call) => {
        const body = { name: name.trim(), orderDays };
        const request = organisation
          ? call<OrganisationInfo>(`/api/organisations/${organisation.id}`, { method: "PATCH", body })
          : call<OrganisationInfo>("/api/organisations", { method: "POST", body });
        const { id } = await request;
        onDone?.(id);
        return organisation
          ? say("The organisation is changed.")
          : say("%{name} is added.", { name: body.name });
      }}
      onClose={onClose}
    >
      <TextField
        label={say("Name")}
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        helperText={say("Members of the organisation see it.")}
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
      <TextField
        label={say("Orders expire after (days)")}
        required
        value={days}
        onChange={(event) => setDays(event.target.value)}
        helperText={say("Data and results of an order are deleted then; the line that it was there stays.")}
        slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "off" } }}
      />
    </FormDialog>
  );
}
