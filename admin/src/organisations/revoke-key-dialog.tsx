// Asks before a key is revoked, and says what that means.
import { Typography } from "@mui/material";
import { Since, say, sayWith } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { KeyDialogProps } from "./change-key-dialog.tsx";

export function RevokeKeyDialog({ cloudKey, onClose }: KeyDialogProps) {
  const { id, name, memberName, prefix, lastUsedAt } = cloudKey;
  return (
    <ConfirmDialog
      title={say("Revoke the key %{name}?", { name })}
      verb={say("Revoke")}
      tone="error"
      act={() => async (call) => {
        await call(`/api/cloud-keys/${id}/revoke`, { method: "POST" });
        return say("The key %{name} is revoked.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "Whoever uses the key of %{memberName} that begins with %{prefix} is refused from the next request on, tokens that were made with it included.",
          { memberName, prefix },
        )}{" "}
        {lastUsedAt === null
          ? say("It was never used.")
          : sayWith("It was last used %{span} ago.", { span: <Since at={lastUsedAt} /> })}
      </Typography>
      <Typography>
        {say(
          "Orders that were placed with it go on; an administrator's key of the organisation can fetch their results. A revoked key cannot be had back: who needs one gets another.",
        )}
      </Typography>
    </ConfirmDialog>
  );
}
