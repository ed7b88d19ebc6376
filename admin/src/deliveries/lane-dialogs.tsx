// Asks before a lane is stopped or runs again.
import { Typography } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { SetLaneBody } from "../api.gen.ts";
import type { DestinationRow } from "./delivery-target.ts";

export interface LaneDialogProps {
  readonly destination: DestinationRow;
  readonly onClose: () => void;
}

const setLane = (name: string, body: SetLaneBody) => ({
  path: `/api/destinations/${encodeURIComponent(name)}/lane`,
  request: { method: "PUT", body } as const,
});

const REASON = {
  help: phrase("Everybody sees it on this page: what happens there, and until when."),
  shortest: 3,
  longest: 500,
} as const;

export function SuspendDialog({ destination: { name, running }, onClose }: LaneDialogProps) {
  return (
    <ConfirmDialog
      title={say("Stop deliveries to %{name}?", { name })}
      verb={say("Suspend")}
      tone="warning"
      reason={REASON}
      act={(reason) => async (call) => {
        const { path, request } = setLane(name, { suspended: true, reason });
        await call(path, request);
        return say("Deliveries to %{name} are stopped.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {say("Nothing new is begun; what comes waits here, and nothing is lost.")}{" "}
        {running > 0 && `${say("What is on its way now is finished.")} `}
        {say("Other destinations go on.")}
      </Typography>
    </ConfirmDialog>
  );
}

export function ResumeDialog({ destination: { name, waiting }, onClose }: LaneDialogProps) {
  return (
    <ConfirmDialog
      title={say("Resume deliveries to %{name}?", { name })}
      verb={say("Resume")}
      act={() => async (call) => {
        const { path, request } = setLane(name, { suspended: false });
        await call(path, request);
        return say("Deliveries to %{name} run again.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {waiting === 0
          ? say("Nothing waits; new deliveries go out as they come.")
          : say("1 delivery that waits starts now. |||| %{count} deliveries that wait start now.", {
              count: waiting,
            })}
      </Typography>
    </ConfirmDialog>
  );
}
