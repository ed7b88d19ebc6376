// Where to go on wide screens: a rail with all pages.
import MenuBookOutlined from "@mui/icons-material/MenuBookOutlined";
import { Box, List, ListItem, ListItemButton, ListItemIcon, ListItemText, Typography } from "@mui/material";
import { Mark, say } from "@thalamus/sdk/ui";
import { useGetOne } from "react-admin";
import { Link, useLocation } from "react-router";
import { HUB, type HubStatus } from "../hub-data.ts";
import { usePages } from "./pages.ts";

const WIDTH = 200;

export function Navigation() {
  const { pathname } = useLocation();
  const pages = usePages();
  const { data: status } = useGetOne<HubStatus>("status", { id: HUB });
  return (
    <Box component="nav" aria-label={say("Pages")} sx={RAIL}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.25, px: 1, height: 60 }}>
        <Mark color="primary" sx={{ fontSize: 28 }} />
        <Typography sx={{ fontSize: "1.125rem", fontWeight: 700, letterSpacing: "-0.01em" }}>
          Thalamus
        </Typography>
      </Box>
      <List disablePadding sx={{ display: "grid", gap: 0.5 }}>
        {pages.map(({ to, title, icon: Icon }) => {
          const here = pathname.startsWith(to);
          return (
            <ListItem key={to} disablePadding>
              <ListItemButton
                component={Link}
                to={to}
                selected={here}
                aria-current={here ? "page" : undefined}
                sx={ENTRY}
              >
                <ListItemIcon sx={{ minWidth: 34 }}>
                  <Icon fontSize="small" />
                </ListItemIcon>
                <ListItemText
                  primary={title}
                  slotProps={{ primary: { sx: { fontWeight: here ? 650 : 500 } } }}
                />
              </ListItemButton>
            </ListItem>
          );
        })}
      </List>
      <Box sx={{ flex: 1 }} />
      <ListItemButton
        component="a"
        href="/api-docs/"
        target="_blank"
        rel="noopener"
        sx={{ ...ENTRY, flexGrow: 0 }}
      >
        <ListItemIcon sx={{ minWidth: 34 }}>
          <MenuBookOutlined fontSize="small" />
        </ListItemIcon>
        <ListItemText primary={say("API docs")} />
      </ListItemButton>
      <Typography variant="caption" sx={{ color: "text.secondary", px: 1.5, py: 1 }}>
        {status ? say("Version %{version}", { version: status.version }) : " "}
      </Typography>
    </Box>
  );
}

const RAIL = {
  display: { xs: "none", md: "flex" },
  flexDirection: "column",
  position: "sticky",
  top: 0,
  width: WIDTH,
  height: "100dvh",
  flexShrink: 0,
  px: 1,
  borderRight: 1,
  borderColor: "divider",
  bgcolor: "background.paper",
  displayPrint: "none",
} as const;

const ENTRY = { borderRadius: 1, py: 0.75, px: 1.5 } as const;
