// System: how the hub is, the history of its machine, its updates, and a file for whoever helps.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, Paper, Tab, Tabs } from "@mui/material";
import type { ComponentType } from "react";
import { Link, useLocation } from "react-router";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { useMay } from "../acts/permission.ts";
import { lazyPage } from "../layout/lazy-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { HealthTab } from "./health-tab.tsx";
import { UpdatesTab } from "./updates-tab.tsx";

const MetricsTab = lazyPage(() => import("./metrics-tab.tsx"));

const TABS: Readonly<Record<string, { title: string; content: ComponentType }>> = {
  health: { title: "Health", content: HealthTab },
  metrics: { title: "Metrics", content: MetricsTab },
  updates: { title: "Updates", content: UpdatesTab },
};

export default function SystemPage() {
  const [, , tab = ""] = useLocation().pathname.split("/");
  const may = useMay();
  const chosen = TABS[tab] ? tab : "health";
  const { title, content: Content } = TABS[chosen]!;
  return (
    <>
      <PageHeading title="System">
        {may("system.support") && (
          <Button
            component="a"
            href="/api/support-bundle"
            download
            variant="outlined"
            startIcon={<DownloadOutlined />}
            title="Version, configuration, health, counts and logs, without patients and secrets"
          >
            Support bundle
          </Button>
        )}
      </PageHeading>
      <GuardedPage needs="system.read">
        <Paper variant="outlined" sx={{ borderRadius: 1.5, overflow: "hidden", mb: 2 }}>
          <Tabs value={chosen} aria-label="Parts of the system" sx={{ px: 1 }}>
            {Object.entries(TABS).map(([name, one]) => (
              <Tab
                key={name}
                value={name}
                label={one.title}
                component={Link}
                to={`/system/${name}`}
                id={`system-tab-${name}`}
                aria-controls="system-panel"
              />
            ))}
          </Tabs>
        </Paper>
        <Box role="tabpanel" id="system-panel" aria-label={title}>
          <Content />
        </Box>
      </GuardedPage>
    </>
  );
}
