// Every plugin entry: what it brings, its version, how it is, and what went wrong last.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import { Box, Link } from "@mui/material";
import { say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import { useMay } from "../acts/permission.ts";
import type { SystemInfo } from "../api.gen.ts";
import { LINE, LIST, NOTHING } from "./line-look.ts";

type Plugin = SystemInfo["plugins"][number];

export function PluginList({ plugins }: { readonly plugins: readonly Plugin[] }) {
  if (plugins.length === 0) return <Box sx={NOTHING}>{say("No plugin is configured.")}</Box>;
  return (
    <Box component="ul" aria-label={say("Plugins")} sx={LIST}>
      {plugins.map((plugin) => (
        <PluginLine key={plugin.name} plugin={plugin} />
      ))}
    </Box>
  );
}

function PluginLine({ plugin }: { readonly plugin: Plugin }) {
  const { name, plugin: module, version, state, problem, title, summary, contributes, lastTrouble } = plugin;
  const may = useMay();
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      {may("settings.read") ? (
        <Link component={RouterLink} to={`/settings/entry.${name}`} sx={{ fontWeight: 550 }}>
          {name}
        </Link>
      ) : (
        <Box component="span" sx={{ fontWeight: 550 }}>
          {name}
        </Box>
      )}
      {state === "running" ? (
        <ToneChip tone="good" icon={CheckCircleOutlined} word={say("Runs")} />
      ) : (
        <ToneChip tone="bad" icon={ErrorOutlined} word={say("Failed")} />
      )}
      <Box component="span" sx={{ color: "text.secondary" }}>
        {module === name ? say(title) : `${module}: ${say(title)}`} {version}
      </Box>
      <Box sx={{ flexBasis: "100%", color: "text.secondary" }} title={say(summary)}>
        {contributes.map((one) => say(one)).join(" · ")}
      </Box>
      {problem !== undefined && <Box sx={{ flexBasis: "100%", overflowWrap: "anywhere" }}>{problem}</Box>}
      {lastTrouble && (
        <Box sx={{ flexBasis: "100%" }}>
          {lastTrouble.level === "error"
            ? sayWith("Last error %{time}:", { time: <TimeText at={lastTrouble.at} /> })
            : sayWith("Last warning %{time}:", { time: <TimeText at={lastTrouble.at} /> })}{" "}
          <code>{lastTrouble.what}</code>
        </Box>
      )}
    </Box>
  );
}
