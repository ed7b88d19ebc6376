// Asks before a lane is stopped or runs again.
import { Typography } from "@mui/material";
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
  help: "Everybody sees it on this page: what happens there, and until when.",
  shortest: 3,
  longest: 500,
} as const;

export function SuspendDialog({ destination: { name, running }, onClose }: LaneDialogProps) {
  return (
    <ConfirmDialog
      title={`Stop deliveries to ${name}?`}
      verb="Suspend"
      tone="warning"
      reason={REASON}
      act={(reason) => async (call) => {
        const { path, request } = setLane(name, { suspended: true, reason });
        await call(path, request);
        return `Deliveries to ${name} are stopped.`;
      }}
      onClose={onClose}
    >
      <Typography>
        Nothing new is begun; what comes waits here, and nothing is lost.{" "}
        {running > 0 && "What is on its way now is finished. "}
        Other destinations go on.
      </Typography>
    </ConfirmDialog>
  );
}

export function ResumeDialog({ destination: { name, waiting }, onClose }: LaneDialogProps) {
  return (
    <ConfirmDialog
      title={`Resume deliveries to ${name}?`}
      verb="Resume"
      act={() => async (call) => {
        const { path, request } = setLane(name, { suspended: false });
        await call(path, request);
        return `Deliveries to ${name} run again.`;
      }}
      onClose={onClose}
    >
      <Typography>
        {waiting === 0
          ? "Nothing waits; new deliveries go out as they come."
          : `${waiting === 1 ? "1 delivery that waits starts" : `${waiting} deliveries that wait start`} now.`}
      </Typography>
    </ConfirmDialog>
  );
}
