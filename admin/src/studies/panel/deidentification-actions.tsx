// What an admin can do about the de-identification of a study: look at what it does, and let pass what it holds.

import LockOpenOutlined from "@mui/icons-material/LockOpenOutlined";
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import { Alert, AlertTitle, Box, Button } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNotify, useRefresh } from "react-admin";
import type { StepRow, StudyRow } from "../../api.gen.ts";
import { PreviewDialog } from "./preview-dialog.tsx";
import { ReleaseDialog } from "./release-dialog.tsx";

export interface DeidentificationActionsProps {
  readonly study: StudyRow;
  /** Steps of the newest revision that wait for a person. */
  readonly waiting: readonly StepRow[];
}

export function DeidentificationActions({ study, waiting }: DeidentificationActionsProps) {
  const [releasing, setReleasing] = useState<StepRow>();
  const [previewing, setPreviewing] = useState(false);
  const notify = useNotify();
  const refresh = useRefresh();
  const released = () => {
    setReleasing(undefined);
    notify(say("Released. The study is de-identified again."));
    refresh();
  };
  const [step] = waiting;
  const preview = (
    <Button
      size="small"
      variant="outlined"
      startIcon={<VisibilityOutlined />}
      onClick={() => setPreviewing(true)}
    >
      {say("Preview")}
    </Button>
  );
  return (
    <Box component="section" aria-label={say("What can be done")}>
      {step ? (
        <Alert severity="warning" variant="outlined" sx={{ "& .MuiAlert-message": { flex: 1 } }}>
          <AlertTitle>{say("The study waits for a person")}</AlertTitle>
          {say("Nothing leaves the house until somebody has looked at what is listed below.")}
          <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 1.5 }}>
            <Button
              size="small"
              variant="outlined"
              color="warning"
              startIcon={<LockOpenOutlined />}
              onClick={() => setReleasing(step)}
            >
              {say("Release")}
            </Button>
            {preview}
          </Box>
        </Alert>
      ) : (
        preview
      )}
      {releasing && (
        <ReleaseDialog step={releasing} onClose={() => setReleasing(undefined)} onReleased={released} />
      )}
      {previewing && <PreviewDialog study={study} onClose={() => setPreviewing(false)} />}
    </Box>
  );
}
