// What waits for each plugin entry, and the switch that holds a queue.
import PauseCircleOutlined from "@mui/icons-material/PauseCircleOutlined";
import PlayCircleOutlined from "@mui/icons-material/PlayCircleOutlined";
import { Box, Typography } from "@mui/material";
import { phrase, Since, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { QueueInfo } from "../api.gen.ts";
import { LINE, LIST, NOTHING } from "./line-look.ts";

const KINDS: Readonly<Record<QueueInfo["kind"], string>> = {
  check: phrase("Check"),
  transform: phrase("De-identification"),
  process: phrase("Processing"),
  deliver: phrase("Delivery"),
};

export function QueueTable({ queues }: { readonly queues: readonly QueueInfo[] }) {
  if (queues.length === 0) return <Box sx={NOTHING}>{say("No plugin of this hub works on studies.")}</Box>;
  return (
    <Box component="ul" aria-label={say("Queues")} sx={LIST}>
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
    say("%{waiting} waiting", { waiting }),
    say("%{running} running", { running }),
    ...(unknown > 0 ? [say("%{unknown} unclear", { unknown })] : []),
    ...(failed > 0 ? [say("%{failed} given up", { failed })] : []),
  ];
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Box component="span" sx={{ fontWeight: 550 }}>
        {name}
      </Box>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {say(KINDS[kind])}
      </Box>
      {suspended ? (
        <ToneChip tone="warning" icon={PauseCircleOutlined} word={say("Held")} />
      ) : (
        <ToneChip tone="good" icon={PlayCircleOutlined} word={say("Open")} />
      )}
      <span>{counts.join(", ")}</span>
      {oldest !== null && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {sayWith("oldest for %{span}", { span: <Since at={oldest} /> })}
        </Box>
      )}
      <Box sx={{ flex: 1 }} />
      <ActButton
        startIcon={suspended ? <PlayCircleOutlined /> : <PauseCircleOutlined />}
        aria-label={`${suspended ? say("Resume") : say("Hold")} ${name}`}
        whyNot={may("deliveries.control") ? "" : NOT_ALLOWED}
        onAct={() => setAsking(true)}
      >
        {suspended ? say("Resume") : say("Hold")}
      </ActButton>
      {suspended && (
        <Box sx={{ flexBasis: "100%" }}>
          {sayWith("%{by} stopped it at %{time}", {
            by: suspended.by,
            time: <TimeText at={suspended.at} />,
          })}
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
      title={say("Hold the queue of %{name}?", { name })}
      verb={say("Hold")}
      tone="warning"
      reason={{
        help: phrase("Everybody sees it: what happens there, and until when."),
        shortest: 3,
        longest: 500,
      }}
      act={(reason) => async (call) => {
        await call(request(name), { method: "PUT", body: { suspended: true, reason } });
        return say("The queue of %{name} is held.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {say("Nothing new is begun; what comes waits here, and nothing is lost.")}{" "}
        {running > 0 && say("What runs now is finished.")}
      </Typography>
    </ConfirmDialog>
  );
}

function ResumeQueue({ queue: { name, waiting }, onClose }: DialogProps) {
  return (
    <ConfirmDialog
      title={say("Resume the queue of %{name}?", { name })}
      verb={say("Resume")}
      act={() => async (call) => {
        await call(request(name), { method: "PUT", body: { suspended: false } });
        return say("The queue of %{name} runs again.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {waiting === 0 ? say("Nothing waits.") : say("%{waiting} waiting; the work begins now.", { waiting })}
      </Typography>
    </ConfirmDialog>
  );
}
