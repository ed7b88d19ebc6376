// Asks before a key is revoked, and says what that means.
import { Typography } from "@mui/material";
import { Since } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { KeyDialogProps } from "./change-key-dialog.tsx";

export function RevokeKeyDialog({ cloudKey, onClose }: KeyDialogProps) {
  const { id, name, memberName, prefix, lastUsedAt } = cloudKey;
  return (
    <ConfirmDialog
      title={`Revoke the key ${name}?`}
      verb="Revoke"
      tone="error"
      act={() => async (call) => {
        await call(`/api/cloud-keys/${id}/revoke`, { method: "POST" });
        return `The key ${name} is revoked.`;
      }}
      onClose={onClose}
    >
      <Typography>
        Whoever uses the key of {memberName} that begins with {prefix} is refused from the next request on,
        tokens that were made with it included.{" "}
        {lastUsedAt === null ? (
          "It was never used."
        ) : (
          <>
            It was last used <Since at={lastUsedAt} /> ago.
          </>
        )}
      </Typography>
      <Typography>
        Orders that were placed with it go on; an administrator's key of the organisation can fetch their
        results. A revoked key cannot be had back: who needs one gets another.
      </Typography>
    </ConfirmDialog>
  );
}
