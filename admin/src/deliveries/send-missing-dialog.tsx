// Asks before everything that has no receipt is sent again, after a destination was away.
import { Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { ReconcileAnswer, ResendResultAnswer } from "../api.gen.ts";

export interface SendMissingDialogProps {
  /** Without those in doubt, which only a person can settle. */
  readonly rows: ReconcileAnswer["data"];
  readonly onClose: () => void;
}

export function SendMissingDialog({ rows, onClose }: SendMissingDialogProps) {
  const targets = [...new Set(rows.map(({ target }) => target))];
  return (
    <ConfirmDialog
      title={say("Send 1 delivery again? |||| Send %{count} deliveries again?", { count: rows.length })}
      verb={say("Send all again")}
      act={() => async (call) => {
        let begun = 0;
        // one after the other: the hub has other work too
        for (const { resultId, target } of rows) {
          const body = { targets: [target] };
          const address = `/api/results/${resultId}/resend`;
          const { data } = await call<ResendResultAnswer>(address, { method: "POST", body });
          begun += data.filter(({ what }) => what !== "under-way").length;
        }
        const rest = rows.length - begun;
        return rest > 0
          ? say("%{begun} on their way; %{rest} were under way already.", { begun, rest })
          : say("%{begun} on their way.", { begun });
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "They go to %{targets}. What failed starts anew with the same key, so that a destination that knows it already can tell. Deliveries in doubt are left out: somebody has to decide about each.",
          { targets: targets.join(", ") },
        )}
      </Typography>
    </ConfirmDialog>
  );
}
