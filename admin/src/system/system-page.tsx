// System: how the hub is, the history of its machine, its updates, and a file for whoever helps.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, Paper } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import type { ComponentType } from "react";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { useMay } from "../acts/permission.ts";
import { lazyPage } from "../layout/lazy-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { PageTabs, useChosenTab } from "../layout/page-tabs.tsx";
import { HealthTab } from "./health-tab.tsx";
import { UpdatesTab } from "./updates-tab.tsx";

const MetricsTab = lazyPage(() => import("./metrics-tab.tsx"));

const TABS: Readonly<Record<string, { title: string; content: ComponentType }>> = {
  health: { title: phrase("Health"), content: HealthTab },
  metrics: { title: phrase("Metrics"), content: MetricsTab },
  updates: { title: phrase("Updates"), content: UpdatesTab },
};

export default function SystemPage() {
  const may = useMay();
  const chosen = useChosenTab(TABS, "health");
  const { title, content: Content } = TABS[chosen]!;
  return (
    <>
      <PageHeading title={say("System")}>
        {may("system.support") && (
          <Button
            component="a"
            href="/api/support-bundle"
            download
            variant="outlined"
            startIcon={<DownloadOutlined />}
            title={say("Version, configuration, health, counts and logs, without patients and secrets")}
          >
            {say("Support bundle")}
          </Button>
        )}
      </PageHeading>
      <GuardedPage needs="system.read">
        <Paper variant="outlined" sx={TABS_ALONE}>
          <PageTabs
            page="system"
            label={say("Parts of the system")}
            chosen={chosen}
            tabs={Object.entries(TABS)}
          />
        </Paper>
        <Box role="tabpanel" id="system-panel" aria-label={say(title)}>
          <Content />
        </Box>
      </GuardedPage>
    </>
  );
}

/** What the tabs show stands below their frame, not within it. */
const TABS_ALONE = {
  borderRadius: 1.5,
  overflow: "hidden",
  mb: 2,
  "& .MuiTabs-root": { borderBottom: 0 },
} as const;
