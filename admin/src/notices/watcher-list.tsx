// Who is told of events: the plugins of kind watch, each with its test.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import NetworkCheckOutlined from "@mui/icons-material/NetworkCheckOutlined";
import { Box, Paper, Typography } from "@mui/material";
import { phrase, say, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useGetOne } from "react-admin";
import { ActButton } from "../acts/act-button.tsx";
import { HUB, type HubStatus } from "../hub-data.ts";
import { ProbeDialog } from "../probe/probe-dialog.tsx";

type Watcher = HubStatus["plugins"][number];

/** Names of the plugin entries that tell; undefined while that is not known. */
export function useWatchers(): readonly Watcher[] | undefined {
  const { data: status } = useGetOne<HubStatus>("status", { id: HUB });
  return status?.plugins.filter(({ kind }) => kind === "watch");
}

export function WatcherList() {
  const watchers = useWatchers();
  if (watchers === undefined) return null;
  return (
    <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
      {watchers.length === 0 ? (
        <Typography sx={{ p: 2, color: "text.secondary" }}>
          {say(
            "Nobody is told of anything yet. Add the plugin notify to the configuration, with the events and where they go.",
          )}
        </Typography>
      ) : (
        <Box component="ul" aria-label={say("Who is told")} sx={{ listStyle: "none", m: 0, p: 0 }}>
          {watchers.map((watcher) => (
            <WatcherLine key={watcher.name} watcher={watcher} />
          ))}
        </Box>
      )}
    </Paper>
  );
}

function WatcherLine({ watcher: { name, plugin, version, state, problem } }: { watcher: Watcher }) {
  const [testing, setTesting] = useState(false);
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Typography variant="h3" component="h2">
        {name}
      </Typography>
      {state === "running" ? (
        <ToneChip tone="good" icon={CheckCircleOutlined} word={say("On")} />
      ) : (
        <ToneChip tone="bad" icon={ErrorOutlined} word={say("Failed")} />
      )}
      <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
        {plugin} {version}
      </Box>
      <Box sx={{ flex: 1 }} />
      <ActButton
        startIcon={<NetworkCheckOutlined />}
        aria-label={say("Test %{name}", { name })}
        whyNot={state === "running" ? "" : phrase("It did not start. Mend its settings first.")}
        onAct={() => setTesting(true)}
      >
        {say("Test")}
      </ActButton>
      {problem !== undefined && <Box sx={{ flexBasis: "100%", fontSize: "0.875rem" }}>{problem}</Box>}
      {testing && <ProbeDialog name={name} onClose={() => setTesting(false)} />}
    </Box>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "6px 14px",
  px: 2,
  py: 1.25,
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
