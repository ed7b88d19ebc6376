// The frame of every page: navigation, bar on top, content; and what works everywhere.
import { Box, GlobalStyles, type Theme } from "@mui/material";
import { ErrorBoundary, usePhiVault } from "@thalamus/sdk/ui";
import { type ReactNode, useEffect } from "react";
import { useLocation } from "react-router";
import { RevealReason } from "../acts/reveal-reason.tsx";
import { IdleGuard } from "../idle/idle-guard.tsx";
import { LiveProvider } from "../live/live-provider.tsx";
import { DockPlace } from "../uploads/dock-place.tsx";
import { ConsoleBar } from "./console-bar.tsx";
import { DiskBanner } from "./disk-banner.tsx";
import { Navigation } from "./navigation.tsx";
import { NavigationBelow } from "./navigation-below.tsx";
import { ShortcutsProvider } from "./shortcuts.tsx";
import { SkipLink } from "./skip-link.tsx";
import { UpdateNotice } from "./update-notice.tsx";

export function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const { pathname } = useLocation();
  useHidingOfPhi(pathname);
  return (
    <LiveProvider>
      <ShortcutsProvider>
        <GlobalStyles styles={BETWEEN_BARS} />
        <SkipLink />
        <Box sx={{ display: "flex", minHeight: "100dvh" }}>
          <Navigation />
          <Box sx={COLUMN}>
            <ConsoleBar />
            <DiskBanner />
            <UpdateNotice />
            <Box component="main" id="content" tabIndex={-1} sx={MAIN}>
              <ErrorBoundary resetKey={pathname}>{children}</ErrorBoundary>
            </Box>
            <DockPlace />
          </Box>
        </Box>
        <NavigationBelow />
        <IdleGuard />
        <RevealReason />
      </ShortcutsProvider>
    </LiveProvider>
  );
}

/** What the focus comes to is scrolled to where no bar covers it: that on top, and on narrow screens that below. */
const BETWEEN_BARS = (theme: Theme) => ({
  html: {
    scrollPaddingBlock: "68px 8px",
    [theme.breakpoints.down("md")]: { scrollPaddingBlock: "64px 68px" },
  },
});

const COLUMN = {
  ...{ flex: 1, minWidth: 0, pb: { xs: 8, md: 0 } },
  ...{ display: "flex", flexDirection: "column" },
} as const;

/** It fills the column, so that the dock is at the bottom of short pages, too. */
const MAIN = {
  ...{ flex: 1, width: "100%", maxWidth: 1560, outline: "none" },
  ...{ px: { xs: 2, md: 3 }, py: { xs: 2, md: 2.5 } },
} as const;

/** Whoever leaves the page or the window leaves nothing open behind. */
function useHidingOfPhi(pathname: string): void {
  const vault = usePhiVault();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is the reason to hide
  useEffect(() => () => vault.hideAll(), [vault, pathname]);
  useEffect(() => {
    const look = () => {
      if (document.hidden) vault.hideAll();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [vault]);
}
