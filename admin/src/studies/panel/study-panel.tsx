// The panel of one study, opened by the address /studies/{id}/{tab}.
import CloseOutlined from "@mui/icons-material/CloseOutlined";
import DeleteOutlined from "@mui/icons-material/DeleteOutlined";
import { Box, Drawer, IconButton, Skeleton, Tab, Tabs, Tooltip, Typography } from "@mui/material";
import {
  EmptyState,
  ErrorBoundary,
  ErrorState,
  Late,
  phrase,
  ShortId,
  say,
  sayOf,
  shortId,
} from "@thalamus/sdk/ui";
import { type ComponentType, lazy, Suspense, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { type Permission, useMay } from "../../acts/permission.ts";
import type { PluginPageInfo } from "../../api.gen.ts";
import type { StudyStory } from "../../hub-data.ts";
import { lazyPage } from "../../layout/lazy-page.tsx";
import { useWindowTitle } from "../../layout/window-title.ts";
import { usePluginPages } from "../../plugin-pages/plugin-pages.ts";
import { StudyActsMenu } from "../acts/study-acts-menu.tsx";
import { StudyStatus } from "../study-status.tsx";
import { useStudyStory } from "../study-story.ts";
import { DeidentificationTab } from "./deidentification-tab.tsx";
import { DeliveriesTab } from "./deliveries-tab.tsx";
import { QueuePlace } from "./order-list.tsx";
import { QualityTab } from "./quality-tab.tsx";
import { ResultsTab } from "./results-tab.tsx";
import { SummaryTab } from "./summary-tab.tsx";
import { TimelineTab } from "./timeline-tab.tsx";

export interface StudyTabProps {
  readonly story: StudyStory;
}

interface StudyTab {
  readonly title: string;
  readonly content: ComponentType<StudyTabProps>;
  /** Who does not have it sees no tab. */
  readonly needs?: Permission;
}

const ImagesTab = lazyPage<StudyTabProps>(() => import("../../images/images-tab.tsx"));
const LogTab = lazyPage<StudyTabProps>(() => import("./log-tab.tsx"));
const AuditTab = lazyPage<StudyTabProps>(() => import("./audit-tab.tsx"));

const TABS: Readonly<Record<string, StudyTab>> = {
  summary: { title: phrase("Summary"), content: SummaryTab },
  images: { title: phrase("Images"), content: ImagesTab, needs: "studies.view" },
  timeline: { title: phrase("Timeline"), content: TimelineTab },
  qc: { title: phrase("QC"), content: QualityTab },
  deidentification: { title: phrase("De-identification"), content: DeidentificationTab },
  results: { title: phrase("Results"), content: ResultsTab },
  deliveries: { title: phrase("Deliveries"), content: DeliveriesTab },
  log: { title: phrase("Log"), content: LogTab, needs: "logs.read" },
  audit: { title: phrase("Audit"), content: AuditTab, needs: "audit.read" },
};

/** Tabs that plugins contribute; loaded when somebody opens one. */
const PluginTab = lazy(async () => ({
  default: (await import("../../plugin-pages/page-view.tsx")).PageView,
}));

const tabOf = ({ entry, id }: PluginPageInfo): string => `${entry}.${id}`;

const TABS_LOOK = {
  px: { xs: 0.5, sm: 1.5 },
  mt: 1,
  borderBottom: 1,
  borderColor: "divider",
  flexShrink: 0,
  // on a phone they scroll
  "& .MuiTab-root": { minWidth: 0, px: { xs: 1.1, sm: 0.9 } },
} as const;

export function StudyPanel() {
  const [, , id, tab] = useLocation().pathname.split("/");
  const navigate = useNavigate();
  // the panel keeps its content while it slides away
  const [shown, setShown] = useState(id);
  if (id !== undefined && id !== shown) setShown(id);
  return (
    <Drawer
      anchor="right"
      open={id !== undefined}
      onClose={() => void navigate("/studies")}
      slotProps={{
        paper: { "aria-labelledby": "study-panel-title", sx: { width: { xs: "100%", sm: 620, lg: 720 } } },
        backdrop: { sx: { bgcolor: "rgb(8 18 24 / 0.22)" } },
      }}
    >
      {shown !== undefined && <StudyFile key={shown} id={shown} tab={tab ?? "summary"} />}
    </Drawer>
  );
}

function StudyFile({ id, tab }: { id: string; tab: string }) {
  useWindowTitle(say("Study %{id}", { id: shortId(id) }));
  const { data: story, error, refetch, isGone } = useStudyStory(id);
  const navigate = useNavigate();
  const close = () => void navigate("/studies");
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, pl: { xs: 2, sm: 3 }, pr: 1.5, pt: 1.5 }}>
        <Typography variant="h1" component="h2" id="study-panel-title">
          {say("Study")}
        </Typography>
        <ShortId id={id} what={say("study id")} />
        <Box sx={{ flex: 1 }} />
        {story && !isGone && <StudyActsMenu study={story.study} wide onDeleted={close} />}
        <Tooltip title={say("Close (Esc)")}>
          <IconButton aria-label={say("Close the panel")} onClick={close}>
            <CloseOutlined />
          </IconButton>
        </Tooltip>
      </Box>
      {story && !isGone && (
        <Box sx={{ px: { xs: 2, sm: 3 }, pt: 0.5 }}>
          <StudyStatus study={story.study} />
          <QueuePlace steps={story.steps} />
        </Box>
      )}
      {isGone && (
        <EmptyState icon={DeleteOutlined} title={say("This study was deleted")}>
          {say("The journal keeps that it was here, and when it was deleted by whom.")}
        </EmptyState>
      )}
      {error && !isGone && (
        <Box sx={{ px: 3 }}>
          <ErrorState
            title={say("This study could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {isGone ? null : story ? (
        <StudyTabs story={story} tab={tab} />
      ) : (
        !error && (
          <Late>
            <Box role="status" aria-label={say("Loading")} sx={{ p: 3, display: "grid", gap: 1.5 }}>
              <Skeleton variant="rounded" height={44} />
              <Skeleton variant="rounded" height={180} />
            </Box>
          </Late>
        )
      )}
    </>
  );
}

function StudyTabs({ story, tab }: { story: StudyStory; tab: string }) {
  const navigate = useNavigate();
  const contributed = usePluginPages("study");
  const page = contributed.find((one) => tabOf(one) === tab);
  const chosen = page || TABS[tab] ? tab : "summary";
  const { title, content: Content } = TABS[page ? "summary" : chosen]!;
  const may = useMay();
  // who follows a link to a tab is told what it needs
  const shown = Object.entries(TABS).filter(([name, { needs }]) => !needs || name === chosen || may(needs));
  return (
    <>
      <Tabs
        value={chosen}
        onChange={(_, to: string) => void navigate(`/studies/${story.id}/${to}`, { replace: true })}
        aria-label={say("Parts of the study")}
        variant="scrollable"
        scrollButtons={false}
        sx={TABS_LOOK}
      >
        {shown.map(([name, one]) => (
          <Tab
            key={name}
            value={name}
            label={say(one.title)}
            id={`study-tab-${name}`}
            aria-controls="study-tab-panel"
          />
        ))}
        {contributed.map((one) => (
          <Tab
            key={tabOf(one)}
            value={tabOf(one)}
            label={sayOf(one.entry, one.title)}
            aria-controls="study-tab-panel"
          />
        ))}
      </Tabs>
      <Box
        role="tabpanel"
        id="study-tab-panel"
        aria-label={page ? sayOf(page.entry, page.title) : say(title)}
        // the arrow keys scroll it, also when there is nothing in it to click
        tabIndex={0}
        sx={{ flex: 1, overflowY: "auto", px: { xs: 2, sm: 3 }, py: 2.5 }}
      >
        <ErrorBoundary resetKey={chosen}>
          {page ? (
            <Suspense fallback={<Skeleton variant="rounded" height={180} />}>
              <PluginTab page={page} studyId={story.id} />
            </Suspense>
          ) : (
            <Content story={story} />
          )}
        </ErrorBoundary>
      </Box>
    </>
  );
}
