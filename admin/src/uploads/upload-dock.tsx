// The uploads of this tab and what was stopped before, over all pages: a bar with a sum, and a line for each of them.

import ExpandLessOutlined from "@mui/icons-material/ExpandLessOutlined";
import ExpandMoreOutlined from "@mui/icons-material/ExpandMoreOutlined";
import { Box, ButtonBase, Paper, Typography } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { useId, useState, useSyncExternalStore } from "react";
import { keptUploads } from "./kept-uploads.ts";
import { StoppedLine } from "./stopped-line.tsx";
import type { TransferView } from "./transfer.ts";
import { TransferLine } from "./transfer-line.tsx";
import { uploadQueue } from "./upload-queue.ts";

export default function UploadDock() {
  const transfers = useSyncExternalStore(uploadQueue.subscribe, uploadQueue.views);
  const stopped = useSyncExternalStore(keptUploads.subscribe, keptUploads.stopped);
  const [isOpen, setOpen] = useState(true);
  const id = useId();
  if (transfers.length + stopped.length === 0) return null;
  return (
    <Paper component="section" aria-labelledby={id} elevation={6} sx={DOCK}>
      <ButtonBase
        onClick={() => setOpen(!isOpen)}
        aria-expanded={isOpen}
        aria-controls={`${id}-lines`}
        sx={HEAD}
      >
        <Typography component="h2" id={id} sx={{ fontWeight: 600 }}>
          {say("Uploads")}
        </Typography>
        <Typography component="span" variant="body2" sx={{ flex: 1, textAlign: "left" }}>
          {sumWords(transfers, stopped.length)}
        </Typography>
        {isOpen ? <ExpandMoreOutlined /> : <ExpandLessOutlined />}
      </ButtonBase>
      <Box component="ul" id={`${id}-lines`} hidden={!isOpen} sx={LINES}>
        {stopped.map((upload) => (
          <li key={upload.id}>
            <StoppedLine upload={upload} />
          </li>
        ))}
        {transfers.map((view) => (
          <li key={view.id}>
            <TransferLine view={view} />
          </li>
        ))}
      </Box>
    </Paper>
  );
}

/** `2 running, 1 waiting, 42 %` */
function sumWords(transfers: readonly TransferView[], stopped: number): string {
  const countOf = (...states: TransferView["state"][]) =>
    transfers.filter(({ state }) => states.includes(state)).length;
  const going = transfers.filter(({ state }) => state !== "sent");
  const total = going.reduce((sum, one) => sum + one.total, 0);
  const percent = Math.floor((100 * going.reduce((sum, one) => sum + one.sent, 0)) / Math.max(total, 1));
  const parts = [
    [countOf("sending", "lost"), phrase("%{count} running")],
    [countOf("queued"), phrase("%{count} waiting")],
    [countOf("paused"), phrase("%{count} paused")],
    [countOf("refused") + stopped, phrase("%{count} stopped")],
    [countOf("sent"), phrase("%{count} sent")],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, text]) => say(text, { count }));
  return [...words, ...(going.length > 0 ? [`${percent} %`] : [])].join(", ");
}

/** In the flow at the end of a page, so that nothing stays covered by it. */
const DOCK = {
  position: "sticky",
  bottom: { xs: 64, md: 12 },
  alignSelf: "flex-end",
  zIndex: 3,
  width: { xs: "calc(100% - 16px)", sm: 440 },
  mx: { xs: 1, md: 3 },
  mb: 1,
  borderRadius: 1.5,
  border: 1,
  borderColor: "divider",
  displayPrint: "none",
} as const;

const HEAD = { width: "100%", display: "flex", gap: 1.5, px: 2, py: 1, borderRadius: 1.5 } as const;

const LINES = {
  listStyle: "none",
  m: 0,
  p: 0,
  maxHeight: "min(46vh, 420px)",
  overflowY: "auto",
  "& > li": { borderTop: 1, borderColor: "divider", px: 2, py: 1.5 },
} as const;
