// The bar on top: whose hub this is, whether the page is live, refresh, look, help, account.
import DarkModeOutlined from "@mui/icons-material/DarkModeOutlined";
import HelpOutlineOutlined from "@mui/icons-material/HelpOutlineOutlined";
import LightModeOutlined from "@mui/icons-material/LightModeOutlined";
import RefreshOutlined from "@mui/icons-material/RefreshOutlined";
import { AppBar, Box, IconButton, Toolbar, Tooltip, Typography } from "@mui/material";
import { Mark, say } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { useGetOne } from "react-admin";
import { HUB, type HubStatus } from "../hub-data.ts";
import { LiveChip } from "../live/live-chip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { useDarkMode } from "./dark-mode.ts";
import { useRefreshAll } from "./refresh-all.ts";
import { useShortcutHelp } from "./shortcuts.tsx";

export function ConsoleBar() {
  const { data: status } = useGetOne<HubStatus>("status", { id: HUB });
  const { isDark, toggle } = useDarkMode();
  const { refresh, busy } = useRefreshAll();
  const showHelp = useShortcutHelp();
  return (
    <AppBar position="sticky" color="default" elevation={0} sx={BAR}>
      <Toolbar disableGutters sx={{ gap: 0.5, px: { xs: 1.5, md: 3 }, minHeight: { xs: 56, md: 60 } }}>
        <Mark color="primary" sx={{ display: { xs: "block", md: "none" }, mr: 1 }} />
        <Typography noWrap sx={{ flex: 1, fontWeight: 600 }}>
          {status?.name ?? " "}
        </Typography>
        <LiveChip />
        <BarButton label={say("Refresh (r)")} onClick={refresh}>
          <RefreshOutlined sx={busy ? TURNING : {}} />
        </BarButton>
        <BarButton label={isDark ? say("Light mode (d)") : say("Dark mode (d)")} onClick={toggle}>
          {isDark ? <LightModeOutlined /> : <DarkModeOutlined />}
        </BarButton>
        <Box sx={{ display: { xs: "none", sm: "block" } }}>
          <BarButton label={say("Keyboard help (?)")} onClick={showHelp}>
            <HelpOutlineOutlined />
          </BarButton>
        </Box>
        <AccountMenu />
      </Toolbar>
    </AppBar>
  );
}

function BarButton({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={onClick} color="inherit">
        {children}
      </IconButton>
    </Tooltip>
  );
}

const BAR = {
  displayPrint: "none",
  bgcolor: "background.paper",
  borderBottom: 1,
  borderColor: "divider",
  color: "text.primary",
} as const;

const TURNING = {
  "@keyframes turn-once": { to: { transform: "rotate(360deg)" } },
  animation: "turn-once 0.9s linear infinite",
  "@media (prefers-reduced-motion: reduce)": { animation: "none" },
} as const;
