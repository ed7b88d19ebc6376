// Makes an organisation, or changes one.
import { TextField } from "@mui/material";
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
    if (name.trim() === "") return "The organisation needs a name.";
    return orderDays === undefined ? `Days are a whole number from ${DAYS.least} to ${DAYS.most}.` : "";
  };
  return (
    <FormDialog
      title={organisation ? "Change the organisation" : "Add an organisation"}
      verb={organisation ? "Save" : "Add"}
      wrong={wrong}
      act={async (call) => {
        const body = { name: name.trim(), orderDays };
        const request = organisation
          ? call<OrganisationInfo>(`/api/organisations/${organisation.id}`, { method: "PATCH", body })
          : call<OrganisationInfo>("/api/organisations", { method: "POST", body });
        const { id } = await request;
        onDone?.(id);
        return organisation ? "The organisation is changed." : `${body.name} is added.`;
      }}
      onClose={onClose}
    >
      <TextField
        label="Name"
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        helperText="Members of the organisation see it."
        slotProps={{ htmlInput: { maxLength: 100, autoComplete: "off" } }}
      />
      <TextField
        label="Orders expire after (days)"
        required
        value={days}
        onChange={(event) => setDays(event.target.value)}
        helperText="Data and results of an order are deleted then; the line that it was there stays."
        slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "off" } }}
      />
    </FormDialog>
  );
}
