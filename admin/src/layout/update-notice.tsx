// Tells those who may update that there is a newer release; who has read it is told again at the next one.

import { Alert, Box, Button } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useStore } from "react-admin";
import { Link, useLocation } from "react-router";
import { useMay } from "../acts/permission.ts";
import type { GetUpdatesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

const UPDATES = "/system/updates";

export function UpdateNotice() {
  const may = useMay();
  return may("updates.apply") ? <Notice /> : null;
}

function Notice() {
  const { pathname } = useLocation();
  const { data } = useReading<GetUpdatesAnswer>("updates", "/api/updates");
  const [seen, setSeen] = useStore("update.seen", "");
  const newer = data?.newer;
  if (!newer || newer.version === seen || pathname === UPDATES) return null;
  return (
    <Box sx={{ px: { xs: 2, md: 3 }, pt: 2, displayPrint: "none" }}>
      <Alert severity="info" variant="outlined" role="status" onClose={() => setSeen(newer.version)}>
        {say("Version %{newer} is available; this hub runs %{version}.", {
          newer: newer.version,
          version: data.version,
        })}{" "}
        <Button component={Link} to={UPDATES} size="small" color="inherit" sx={{ my: -0.5 }}>
          {say("What is new")}
        </Button>
      </Alert>
    </Box>
  );
}
