// Orders a product for a study: one more, or one that was run before once again.
import { MenuItem, TextField, Typography } from "@mui/material";
import { say, shortId } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FormDialog } from "../../acts/form-dialog.tsx";
import type { GetGroupOptionsAnswer } from "../../api.gen.ts";
import { useReading } from "../../list/reading.ts";
import type { StudyDialogProps } from "./study-act-dialogs.tsx";

export function OrderDialog({ study, onClose }: StudyDialogProps) {
  const { data } = useReading<GetGroupOptionsAnswer>("group-options", "/api/group-options");
  const [product, setProduct] = useState("");
  const before = study.products.includes(product);
  return (
    <FormDialog
      title={say("Order a product for study %{id}", { id: shortId(study.id) })}
      verb={before ? say("Run it again") : say("Order")}
      wrong={() => (product === "" ? say("Choose a product.") : "")}
      act={async (call) => {
        await call(`/api/studies/${study.id}/orders`, { method: "POST", body: { product } });
        return say("Ordered %{product}.", { product });
      }}
      onClose={onClose}
    >
      <TextField
        select
        id="order-product"
        label={say("Product")}
        value={product}
        onChange={(event) => setProduct(event.target.value)}
        autoFocus
      >
        {(data?.products ?? []).map((name) => (
          <MenuItem key={name} value={name}>
            {name}
            {study.products.includes(name) && say(" (ordered before)")}
          </MenuItem>
        ))}
      </TextField>
      <Typography sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
        {before
          ? say("It is run once more with the study as it is now. Its results so far stay.")
          : say("It is run beside what was ordered before.")}{" "}
        {say("A product that runs in a cloud may cost.")}
      </Typography>
    </FormDialog>
  );
}
