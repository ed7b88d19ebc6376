// Settings: all sections of the hub and of its plugin entries, one form each; versions, export and import.
import HistoryOutlined from "@mui/icons-material/HistoryOutlined";
import ImportExportOutlined from "@mui/icons-material/ImportExportOutlined";
import { Alert, Box, Button, Chip, Paper } from "@mui/material";
import { ErrorState, Late, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { useMay } from "../acts/permission.ts";
import type { GetSettingsAnswer } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { AddEntryDialog } from "./add-entry-dialog.tsx";
import { ExchangeDialog } from "./exchange-dialog.tsx";
import { HistoryDrawer } from "./history-drawer.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { ownSections } from "./own-sections.ts";
import { saidSection } from "./said-section.ts";
import { SectionEditor } from "./section-editor.tsx";
import { SectionNavigation } from "./section-navigation.tsx";
import { SettingsBanners } from "./settings-banners.tsx";

export default function SettingsPage() {
  return (
    <>
      <PageHeading title={say("Settings")} />
      <GuardedPage needs="settings.read">
        <Settings />
      </GuardedPage>
    </>
  );
}

type Opened = "history" | "exchange" | "add" | undefined;

function Settings() {
  const { data, error, refetch } = useReading<GetSettingsAnswer>("settings", "/api/settings");
  const [opened, setOpened] = useState<Opened>(undefined);
  const [changed, setChanged] = useState(false);
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const navigate = useNavigate();
  const { pathname, state, key } = useLocation();
  const [, , given = ""] = pathname.split("/");
  const id = decodeURIComponent(given);
  const may = useMay();
  const own = ownSections().filter(({ needs }) => may(needs));
  const page = own.find((one) => one.id === id);
  const sections = data?.sections.map(saidSection) ?? [];
  const section = sections.find((one) => one.id === id) ?? sections[0];
  const focus = (state as { field?: string } | null)?.field;
  const go = (to: string, field?: string) => {
    const path = `/settings/${encodeURIComponent(to)}`;
    if (changed && to !== section?.id) setWanted(path);
    else void navigate(path, { state: { field } });
  };
  const timeZone = data?.sections.find((one) => one.id === "core.scheduler")?.value["timeZone"];
  const close = () => setOpened(undefined);
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1.5 }}>
        {data && <Chip size="small" label={say("Version %{version}", { version: data.version })} />}
        <Box sx={{ flex: 1 }} />
        <Button startIcon={<HistoryOutlined />} onClick={() => setOpened("history")}>
          {say("History")}
        </Button>
        <Button startIcon={<ImportExportOutlined />} onClick={() => setOpened("exchange")}>
          {say("Export or import")}
        </Button>
      </Box>
      {error && (
        <ErrorState
          title={say("The settings could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={6} />
        </Late>
      )}
      {data && section && (
        <>
          <SettingsBanners settings={{ ...data, sections }} />
          <Box sx={LAYOUT}>
            <SectionNavigation
              sections={[...sections, ...own]}
              chosen={page?.id ?? section.id}
              onChoose={go}
              {...(data.readOnly ? {} : { onAdd: () => setOpened("add") })}
            />
            <Paper variant="outlined" sx={{ borderRadius: 1.5, p: { xs: 2, md: 2.5 }, minWidth: 0 }}>
              {page ? (
                <page.Content />
              ) : section.problem === null ? (
                <SectionEditor
                  key={section.id}
                  section={section}
                  version={data.version}
                  readOnly={data.readOnly}
                  timeZone={typeof timeZone === "string" ? timeZone : undefined}
                  focus={focus}
                  focusKey={key}
                  onChanged={setChanged}
                  onGone={() => void navigate("/settings")}
                />
              ) : (
                <Alert severity="warning">{section.problem}</Alert>
              )}
            </Paper>
          </Box>
        </>
      )}
      <LeaveGuard
        active={changed}
        wanted={wanted}
        onWanted={setWanted}
        onLeave={(path) => {
          setChanged(false);
          setWanted(undefined);
          void navigate(path);
        }}
      />
      {opened === "history" && data && <HistoryDrawer settings={data} onClose={close} />}
      {opened === "exchange" && data && <ExchangeDialog readOnly={data.readOnly} onClose={close} />}
      {opened === "add" && data && (
        <AddEntryDialog
          onClose={close}
          onAdded={(name) => {
            close();
            void navigate(`/settings/${encodeURIComponent(`entry.${name}`)}`);
          }}
        />
      )}
    </>
  );
}

const LAYOUT = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "250px minmax(0, 1fr)" },
  gap: 2,
  alignItems: "start",
} as const;
