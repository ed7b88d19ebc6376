// Lets an organisation order a product, and says by which other names.
import { MenuItem, TextField } from "@mui/material";
import { useState } from "react";
import { FormDialog } from "../acts/form-dialog.tsx";
import type { EntitlementInfo } from "./entitlement-section.tsx";

export interface EntitlementFormProps {
  readonly organisationId: string;
  /** To choose from, for a new one. */
  readonly products?: readonly string[];
  readonly entitlement?: EntitlementInfo;
  readonly onClose: () => void;
}

const MOST_ALIASES = 20;

export function EntitlementForm({
  organisationId,
  products = [],
  entitlement,
  onClose,
}: EntitlementFormProps) {
  const [product, setProduct] = useState(entitlement?.product ?? products[0] ?? "");
  const [text, setText] = useState(entitlement?.aliases.join("\n") ?? "");
  const aliases = [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
  const wrong = () => {
    if (aliases.some((alias) => alias.length > 100)) return "A name has at most 100 characters.";
    return aliases.length > MOST_ALIASES ? `There may be ${MOST_ALIASES} other names at most.` : "";
  };
  return (
    <FormDialog
      title={entitlement ? `Change the names of ${product}` : "Add a product"}
      verb={entitlement ? "Save" : "Add"}
      wrong={wrong}
      act={async (call) => {
        const path = `/api/organisations/${organisationId}/entitlements/${encodeURIComponent(product)}`;
        await call(path, { method: "PUT", body: { aliases } });
        return entitlement ? "The names are changed." : `${product} can be ordered.`;
      }}
      onClose={onClose}
    >
      {!entitlement && (
        <TextField
          select
          label="Product"
          value={product}
          autoFocus
          onChange={(event) => setProduct(event.target.value)}
          helperText="Products that this hub runs."
        >
          {products.map((name) => (
            <MenuItem key={name} value={name}>
              {name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <TextField
        label="Other names (optional)"
        multiline
        minRows={3}
        value={text}
        autoFocus={entitlement !== undefined}
        onChange={(event) => setText(event.target.value)}
        helperText="One on each line, exactly as clients of the organisation send it: PD/MSAp/PSP-v1.0"
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false, autoCapitalize: "off" } }}
      />
    </FormDialog>
  );
}
