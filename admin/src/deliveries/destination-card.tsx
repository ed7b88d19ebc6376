// One destination: its lane in numbers, whether it is stopped and why, and what can be done about it.
import NetworkCheckOutlined from "@mui/icons-material/NetworkCheckOutlined";
import PauseCircleOutlined from "@mui/icons-material/PauseCircleOutlined";
import PlayCircleOutlined from "@mui/icons-material/PlayCircleOutlined";
import { Alert, Box, Typography } from "@mui/material";
import { Since, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import { ProbeDialog } from "../probe/probe-dialog.tsx";
import type { DestinationRow } from "./delivery-target.ts";
import { LaneCounts } from "./lane-counts.tsx";
import { ResumeDialog, SuspendDialog } from "./lane-dialogs.tsx";

export function DestinationCard({ destination }: { readonly destination: DestinationRow }) {
  const { name, title, suspended, oldest } = destination;
  const may = useMay();
  const whyNot = may("deliveries.control") ? "" : NOT_ALLOWED;
  const [open, setOpen] = useState<"suspend" | "resume" | "test">();
  const close = () => setOpen(undefined);
  return (
    <Box component="li" aria-label={name} sx={CARD}>
      <Box sx={{ display: "flex", alignItems: "start", gap: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" sx={{ overflowWrap: "anywhere" }}>
            {name}
          </Typography>
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{say(title)}</Box>
        </Box>
        {suspended ? (
          <ToneChip tone="warning" icon={PauseCircleOutlined} word={say("Suspended")} />
        ) : (
          <ToneChip
            tone="good"
            icon={PlayCircleOutlined}
            word={say("Open")}
            hint={say("Deliveries go out as they come.")}
          />
        )}
      </Box>
      {suspended && (
        <Alert severity="warning" variant="outlined" icon={false} sx={{ py: 0.25 }}>
          {sayWith("%{by} stopped it at %{time}", {
            by: suspended.by,
            time: <TimeText at={suspended.at} />,
          })}
          {suspended.reason !== "" && `: ${suspended.reason}`}
        </Alert>
      )}
      <LaneCounts destination={destination} />
      <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", minHeight: 20 }}>
        {oldest === null
          ? say("Nothing waits.")
          : sayWith("The oldest has waited for %{span}.", { span: <Since at={oldest} /> })}
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: "auto" }}>
        {suspended ? (
          <ActButton
            startIcon={<PlayCircleOutlined />}
            aria-label={say("Resume %{name}", { name })}
            whyNot={whyNot}
            onAct={() => setOpen("resume")}
          >
            {say("Resume")}
          </ActButton>
        ) : (
          <ActButton
            startIcon={<PauseCircleOutlined />}
            aria-label={say("Suspend %{name}", { name })}
            whyNot={whyNot}
            onAct={() => setOpen("suspend")}
          >
            {say("Suspend")}
          </ActButton>
        )}
        <ActButton
          startIcon={<NetworkCheckOutlined />}
          aria-label={say("Test %{name}", { name })}
          whyNot={may("deliveries.test") ? "" : NOT_ALLOWED}
          onAct={() => setOpen("test")}
        >
          {say("Test")}
        </ActButton>
      </Box>
      {open === "suspend" && <SuspendDialog destination={destination} onClose={close} />}
      {open === "resume" && <ResumeDialog destination={destination} onClose={close} />}
      {open === "test" && <ProbeDialog name={name} onClose={close} />}
    </Box>
  );
}

const CARD = {
  display: "flex",
  flexDirection: "column",
  gap: 1.5,
  p: 2,
  border: 1,
  borderColor: "divider",
  borderRadius: 1.5,
  minWidth: 0,
} as const;
