// Changes name, quota or end of a key; its secret and what it may do stay.
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { CloudKeyInfo } from "../api.gen.ts";
import { KeyFields, type KeyValues, keyProblem, keySettings } from "./key-fields.tsx";

export interface KeyDialogProps {
  readonly cloudKey: CloudKeyInfo;
  readonly onClose: () => void;
}

export function ChangeKeyDialog({ cloudKey, onClose }: KeyDialogProps) {
  const { id, name, quota, expiresAt } = cloudKey;
  const [before] = useState<KeyValues>({
    name,
    quota: quota === null ? "" : String(quota),
    lastDay: expiresAt === null ? "" : dayHere(new Date(expiresAt)),
  });
  const [values, setValues] = useState(before);
  return (
    <FormDialog
      title={say("Change the key %{name}", { name })}
      verb={say("Save")}
      wrong={() => keyProblem(values)}
      act={async (call) => {
        const { expiresAt: end, ...settings } = keySettings(values);
        // an end that nobody touched stays to the second
        const body = values.lastDay === before.lastDay ? settings : { ...settings, expiresAt: end };
        await call(`/api/cloud-keys/${id}`, { method: "PATCH", body });
        return say("The key is changed.");
      }}
      onClose={onClose}
    >
      <KeyFields values={values} onChange={(some) => setValues({ ...values, ...some })} autoFocus />
    </FormDialog>
  );
}

/** `2026-11-30` where the browser is; Swedes write dates like that. */
const dayHere = (date: Date): string => date.toLocaleDateString("sv-SE");
