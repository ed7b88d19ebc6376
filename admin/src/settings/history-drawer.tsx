// The versions of the settings: who changed which fields and when, what differs, and bringing one back.

import CloseOutlined from "@mui/icons-material/CloseOutlined";
import { Alert, Box, Button, Chip, Drawer, IconButton, Typography } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { phrase, say, TimeText } from "@thalamus/sdk/ui";
import { useId, useState } from "react";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type {
  CompareSettingsAnswer,
  GetSettingsAnswer,
  ListSettingsVersionsAnswer,
  RestoreSettingsAnswer,
  SettingsVersionView,
} from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { ChangeTable } from "./change-table.tsx";

const ORIGINS: Readonly<Record<SettingsVersionView["origin"], string>> = {
  file: phrase("from the file"),
  console: phrase("in the console"),
  import: phrase("imported"),
  restore: phrase("brought back"),
};

export interface HistoryDrawerProps {
  readonly settings: GetSettingsAnswer;
  readonly onClose: () => void;
}

export function HistoryDrawer({ settings, onClose }: HistoryDrawerProps) {
  const id = useId();
  const { data } = useReading<ListSettingsVersionsAnswer>("settings-versions", "/api/settings-versions");
  const [restoring, setRestoring] = useState<number | undefined>(undefined);
  const queries = useQueryClient();
  return (
    <Drawer
      anchor="right"
      open
      onClose={onClose}
      slotProps={{
        paper: { role: "dialog", "aria-labelledby": id, sx: { width: { xs: "100%", sm: 460 }, p: 2 } },
      }}
    >
      <Box sx={{ display: "flex", alignItems: "center", mb: 1 }}>
        <Typography variant="h2" id={id} sx={{ flex: 1 }}>
          {say("History of the settings")}
        </Typography>
        <IconButton onClick={onClose} aria-label={say("Close the history")}>
          <CloseOutlined />
        </IconButton>
      </Box>
      {data?.data.length === 0 && (
        <Alert severity="info">{say("This hub has no versions: it lives from its file.")}</Alert>
      )}
      <Box
        component="ol"
        aria-label={say("Versions")}
        sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}
      >
        {data?.data.map((version) => (
          <VersionLine
            key={version.number}
            version={version}
            running={settings.running === version.number}
            {...(version.number === settings.version || settings.readOnly
              ? {}
              : { onRestore: () => setRestoring(version.number) })}
          />
        ))}
      </Box>
      {restoring !== undefined && (
        <ConfirmDialog
          title={say("Bring back version %{version}?", { version: restoring })}
          verb={say("Bring it back")}
          onClose={() => setRestoring(undefined)}
          onDone={() => void queries.invalidateQueries({ queryKey: ["settings"] })}
          act={() => async (call) => {
            const path = `/api/settings-versions/${restoring}/restore`;
            const { version } = await call<RestoreSettingsAnswer>(path, { method: "POST", body: {} });
            return say("Brought back as version %{version}.", { version });
          }}
        >
          <Typography>{say("A new version with its content is made and taken over at once:")}</Typography>
          <Difference from={settings.version} to={restoring} />
        </ConfirmDialog>
      )}
    </Drawer>
  );
}

interface VersionLineProps {
  readonly version: SettingsVersionView;
  readonly running: boolean;
  readonly onRestore?: () => void;
}

function VersionLine({ version, running, onRestore }: VersionLineProps) {
  const { number, origin, madeBy, madeAt, comment, changes, problem } = version;
  const [open, setOpen] = useState(false);
  return (
    <Box component="li" aria-label={say("Version %{number}", { number })} sx={LINE}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        <Typography sx={{ fontWeight: 650 }}>{say("Version %{number}", { number })}</Typography>
        {running && <Chip size="small" color="success" variant="outlined" label={say("In use")} />}
        {problem !== null && <Chip size="small" color="error" label={say("Did not work")} />}
        <Box sx={{ flex: 1 }} />
        {number > 1 && (
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? say("Hide") : say("Difference")}
          </Button>
        )}
        {onRestore && (
          <Button size="small" onClick={onRestore} aria-label={say("Restore version %{number}", { number })}>
            {say("Restore")}
          </Button>
        )}
      </Box>
      <Box sx={{ color: "text.secondary" }}>
        {madeBy} {say(ORIGINS[origin])}, <TimeText at={madeAt} />
        {comment !== null && `: ${comment}`}
      </Box>
      <Box sx={{ overflowWrap: "anywhere" }}>
        {Object.entries(changes)
          .map(([section, fields]) => `${section}: ${fields.join(", ")}`)
          .join(" · ")}
      </Box>
      {problem !== null && <Alert severity="error">{problem}</Alert>}
      {open && <Difference from={number - 1} to={number} />}
    </Box>
  );
}

function Difference({ from, to }: { readonly from: number; readonly to: number }) {
  const path = `/api/settings-versions/${to}/difference`;
  const { data } = useReading<CompareSettingsAnswer>("settings-difference", path, { query: { from } });
  if (!data) return null;
  if (data.data.length === 0) return <Typography variant="body2">{say("Nothing differs.")}</Typography>;
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      {data.data.map(({ section, fields }) => (
        <Box key={section}>
          <Typography variant="h3">{section}</Typography>
          <ChangeTable label={say("Changes of %{section}", { section })} fields={fields} />
        </Box>
      ))}
    </Box>
  );
}

const LINE = {
  ...{ border: 1, borderColor: "divider", borderRadius: 1, p: 1.25 },
  ...{ display: "grid", gap: 0.5, fontSize: "0.875rem" },
} as const;
