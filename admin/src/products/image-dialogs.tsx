// Asks for another image of a product, and before the one before comes back.
import { TextField, Typography } from "@mui/material";
import { MONO, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { ProductInfo, UpdateProductImageBody } from "../api.gen.ts";
import { isImageName, shortImage } from "./product-words.ts";

export interface ImageDialogProps {
  readonly product: ProductInfo;
  readonly onClose: () => void;
}

export function UpdateImageDialog({ product: { id, name }, onClose }: ImageDialogProps) {
  const [image, setImage] = useState("");
  const wrong = image.trim() !== "" && !isImageName(image);
  return (
    <ConfirmDialog
      title={say("Another image for %{name}?", { name })}
      verb={say("Update")}
      isReady={isImageName(image)}
      act={() => async (call) => {
        const body: UpdateProductImageBody = { image: image.trim() };
        await call(`/api/products/${encodeURIComponent(id)}/image`, { method: "POST", body });
        return say("The image is being fetched.");
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "The new image is fetched beside the old one and asked what it is. Only when it is this product it is put in place; orders that run go on with the old one.",
        )}
      </Typography>
      <TextField
        label={say("Image, by digest")}
        value={image}
        onChange={(event) => setImage(event.target.value)}
        error={wrong}
        helperText={
          wrong
            ? say("A name, @sha256: and 64 hexadecimal digits; a tag may become another image.")
            : "registry.example.org/name@sha256:…"
        }
        required
        autoFocus
        slotProps={{
          htmlInput: { autoComplete: "off", spellCheck: false, style: { fontFamily: MONO }, maxLength: 400 },
        }}
      />
    </ConfirmDialog>
  );
}

export function RollBackDialog({ product: { id, name, earlier }, onClose }: ImageDialogProps) {
  return (
    <ConfirmDialog
      title={say("Go back to the image before of %{name}?", { name })}
      verb={say("Roll back")}
      tone="warning"
      act={() => async (call) => {
        await call(`/api/products/${encodeURIComponent(id)}/rollback`, { method: "POST" });
        return say("The image before is back in place.");
      }}
      onClose={onClose}
    >
      <Typography sx={{ overflowWrap: "anywhere" }}>
        {say("The next order runs in %{image}. Orders that run go on as they began.", {
          image: shortImage(earlier[0] ?? ""),
        })}
      </Typography>
    </ConfirmDialog>
  );
}
