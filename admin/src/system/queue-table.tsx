// What waits for each plugin entry, and the switch that holds a queue.
import PauseCircleOutlined from "@mui/icons-material/PauseCircleOutlined";
import PlayCircleOutlined from "@mui/icons-material/PlayCircleOutlined";
import { Box, Typography } from "@mui/material";
import { Since, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { QueueInfo } from "../api.gen.ts";
import { LINE, LIST, NOTHING } from "./line-look.ts";

const KINDS: Readonly<Record<QueueInfo["kind"], string>> = {
  check: "Check",
  transform: "De-identification",
  process: "Processing",
  deliver: "Delivery",
};

export function QueueTable({ queues }: { readonly queues: readonly QueueInfo[] }) {
  if (queues.length === 0) return <Box sx={NOTHING}>No plugin of this hub works on studies.</Box>;
  return (
    <Box component="ul" aria-label="Queues" sx={LIST}>
      {queues.map((queue) => (
        <QueueLine key={queue.name} queue={queue} />
      ))}
    </Box>
  );
}

function QueueLine({ queue }: { readonly queue: QueueInfo }) {
  const { name, kind, waiting, running, unknown, failed, oldest, suspended } = queue;
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const counts = [
    `${waiting} waiting`,
    `${running} running`,
    ...(unknown > 0 ? [`${unknown} unclear`] : []),
    ...(failed > 0 ? [`${failed} given up`] : []),
  ];
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Box component="span" sx={{ fontWeight: 550 }}>
        {name}
      </Box>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {KINDS[kind]}
      </Box>
      {suspended ? (
        <ToneChip tone="warning" icon={PauseCircleOutlined} word="Held" />
      ) : (
        <ToneChip tone="good" icon={PlayCircleOutlined} word="Open" />
      )}
      <span>{counts.join(", ")}</span>
      {oldest !== null && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          oldest for <Since at={oldest} />
        </Box>
      )}
      <Box sx={{ flex: 1 }} />
      <ActButton
        startIcon={suspended ? <PlayCircleOutlined /> : <PauseCircleOutlined />}
        aria-label={`${suspended ? "Resume" : "Hold"} ${name}`}
        whyNot={may("deliveries.control") ? "" : NOT_ALLOWED}
        onAct={() => setAsking(true)}
      >
        {suspended ? "Resume" : "Hold"}
      </ActButton>
      {suspended && (
        <Box sx={{ flexBasis: "100%" }}>
          {suspended.by} stopped it at <TimeText at={suspended.at} />
          {suspended.reason !== "" && `: ${suspended.reason}`}
        </Box>
      )}
      {asking &&
        (suspended ? (
          <ResumeQueue queue={queue} onClose={close} />
        ) : (
          <HoldQueue queue={queue} onClose={close} />
        ))}
    </Box>
  );
}

interface DialogProps {
  readonly queue: QueueInfo;
  readonly onClose: () => void;
}

const request = (name: string) => `/api/queues/${encodeURIComponent(name)}`;

function HoldQueue({ queue: { name, running }, onClose }: DialogProps) {
  return (
    <ConfirmDialog
      title={`Hold the queue of ${name}?`}
      verb="Hold"
      tone="warning"
      reason={{ help: "Everybody sees it: what happens there, and until when.", shortest: 3, longest: 500 }}
      act={(reason) => async (call) => {
        await call(request(name), { method: "PUT", body: { suspended: true, reason } });
        return `The queue of ${name} is held.`;
      }}
      onClose={onClose}
    >
      <Typography>
        Nothing new is begun; what comes waits here, and nothing is lost.{" "}
        {running > 0 && "What runs now is finished."}
      </Typography>
    </ConfirmDialog>
  );
}

function ResumeQueue({ queue: { name, waiting }, onClose }: DialogProps) {
  return (
    <ConfirmDialog
      title={`Resume the queue of ${name}?`}
      verb="Resume"
      act={() => async (call) => {
        await call(request(name), { method: "PUT", body: { suspended: false } });
        return `The queue of ${name} runs again.`;
      }}
      onClose={onClose}
    >
      <Typography>{waiting === 0 ? "Nothing waits." : `${waiting} waiting; the work begins now.`}</Typography>
    </ConfirmDialog>
  );
}
