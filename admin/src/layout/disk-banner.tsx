// Says on every page that the disk runs low or is full, what that means, and what to do.

import { Alert, AlertTitle, Box } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useGetOne } from "react-admin";
import { HUB, type HubStatus } from "../hub-data.ts";

/** Between crossings of a mark nothing is announced, and the numbers should not grow old. */
const LOOK_AGAIN_MS = 30_000;

export function DiskBanner() {
  const { data: status } = useGetOne<HubStatus>(
    "status",
    { id: HUB },
    {
      refetchInterval: ({ state: { data } }) =>
        data?.disk === undefined || data.disk.state === "ample" ? false : LOOK_AGAIN_MS,
    },
  );
  // the status that was read as a session ended may be empty
  if (status?.disk === undefined || status.disk.state === "ample") return null;
  const isFull = status.disk.state === "full";
  return (
    <Box sx={{ px: { xs: 2, md: 3 }, pt: 2 }}>
      <Alert severity={isFull ? "error" : "warning"} variant="outlined" role={isFull ? "alert" : "status"}>
        <AlertTitle>
          {isFull ? say("The disk is full: nothing is received") : say("The disk is running low")}
        </AlertTitle>
        {status.disk.message}
      </Alert>
    </Box>
  );
}
