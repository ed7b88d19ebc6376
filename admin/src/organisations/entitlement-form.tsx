// Lets an organisation order a product, and says by which other names.
import { MenuItem, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
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
    if (aliases.some((alias) => alias.length > 100)) return say("A name has at most 100 characters.");
    return aliases.length > MOST_ALIASES
      ? say("There may be %{most} other names at most.", { most: MOST_ALIASES })
      : "";
  };
  return (
    <FormDialog
      title={entitlement ? say("Change the names of %{product}", { product }) : say("Add a product")}
      verb={entitlement ? say("Save") : say("Add")}
      wrong={wrong}
      act={async (call) => {
        const path = `/api/organisations/${organisationId}/entitlements/${encodeURIComponent(product)}`;
        await call(path, { method: "PUT", body: { aliases } });
        return entitlement ? say("The names are changed.") : say("%{product} can be ordered.", { product });
      }}
      onClose={onClose}
    >
      {!entitlement && (
        <TextField
          select
          label={say("Product")}
          value={product}
          autoFocus
          onChange={(event) => setProduct(event.target.value)}
          helperText={say("Products that this hub runs.")}
        >
          {products.map((name) => (
            <MenuItem key={name} value={name}>
              {name}
            </MenuItem>
          ))}
        </TextField>
      )}
      <TextField
        label={say("Other names (optional)")}
        multiline
        minRows={3}
        value={text}
        autoFocus={entitlement !== undefined}
        onChange={(event) => setText(event.target.value)}
        helperText={say("One on each line, exactly as clients of the organisation send it: PD/MSAp/PSP-v1.0")}
        slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false, autoCapitalize: "off" } }}
      />
    </FormDialog>
  );
}
