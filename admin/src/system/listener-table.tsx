// Where senders come in: AE title, port, TLS, and who is connected now.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import LockOpenOutlined from "@mui/icons-material/LockOpenOutlined";
import LockOutlined from "@mui/icons-material/LockOutlined";
import { Box } from "@mui/material";
import { say, ToneChip } from "@thalamus/sdk/ui";
import type { SystemInfo } from "../api.gen.ts";
import { LINE, LIST, NOTHING } from "./line-look.ts";

type Listener = SystemInfo["listeners"][number];

export function ListenerTable({ listeners }: { readonly listeners: readonly Listener[] }) {
  if (listeners.length === 0)
    return (
      <Box sx={NOTHING}>{say("Nothing listens for senders: no plugin of kind intake is configured.")}</Box>
    );
  return (
    <Box component="ul" aria-label={say("Listeners")} sx={LIST}>
      {listeners.map((listener) => (
        <ListenerLine key={listener.name} listener={listener} />
      ))}
    </Box>
  );
}

function ListenerLine({ listener }: { readonly listener: Listener }) {
  const { name, host, port, aeTitle, tls, associations, health } = listener;
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Box component="span" sx={{ fontWeight: 550 }}>
        {aeTitle ?? name}
      </Box>
      <Box component="code">
        {host}:{port}
      </Box>
      {health?.ok === false ? (
        <ToneChip tone="bad" icon={ErrorOutlined} word={say("Cannot be used")} />
      ) : (
        <ToneChip tone="good" icon={CheckCircleOutlined} word={say("Listens")} />
      )}
      {tls ? (
        <ToneChip tone="good" icon={LockOutlined} word="TLS" />
      ) : (
        <ToneChip tone="neutral" icon={LockOpenOutlined} word={say("No TLS")} />
      )}
      <Box sx={{ flex: 1 }} />
      {associations !== undefined && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {say("%{count} association |||| %{count} associations", { count: associations })}
        </Box>
      )}
      {health && <Box sx={{ flexBasis: "100%" }}>{health.message}</Box>}
    </Box>
  );
}
