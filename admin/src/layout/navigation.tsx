// Where to go: a rail on wide screens, a bar below on phones.
import CloudUploadOutlined from "@mui/icons-material/CloudUploadOutlined";
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import MenuBookOutlined from "@mui/icons-material/MenuBookOutlined";
import ViewListOutlined from "@mui/icons-material/ViewListOutlined";
import {
  BottomNavigation,
  BottomNavigationAction,
  Box,
  List,
  ListItem,
  ListItemButton,
  ListItemIcon,
  ListItemText,
  Paper,
  Typography,
} from "@mui/material";
import { Mark } from "@thalamus/sdk/ui";
import { useGetOne } from "react-admin";
import { Link, useLocation } from "react-router";
import { HUB, type HubStatus } from "../hub-data.ts";

const PAGES = [
  { to: "/studies", title: "Studies", icon: ViewListOutlined },
  { to: "/results", title: "Results", icon: DescriptionOutlined },
  { to: "/groups", title: "Groups", icon: GroupWorkOutlined },
  { to: "/upload", title: "Upload", icon: CloudUploadOutlined },
] as const;

const WIDTH = 192;

export function Navigation() {
  const { pathname } = useLocation();
  const { data: status } = useGetOne<HubStatus>("status", { id: HUB });
  return (
    <Box component="nav" aria-label="Pages" sx={RAIL}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.25, px: 1, height: 60 }}>
        <Mark color="primary" sx={{ fontSize: 28 }} />
        <Typography sx={{ fontSize: "1.125rem", fontWeight: 700, letterSpacing: "-0.01em" }}>
          Thalamus
        </Typography>
      </Box>
      <List disablePadding sx={{ display: "grid", gap: 0.5 }}>
        {PAGES.map(({ to, title, icon: Icon }) => {
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
        <ListItemText primary="API docs" />
      </ListItemButton>
      <Typography variant="caption" sx={{ color: "text.secondary", px: 1.5, py: 1 }}>
        {status ? `Version ${status.version}` : " "}
      </Typography>
    </Box>
  );
}

export function NavigationBelow() {
  const { pathname } = useLocation();
  const here = PAGES.find(({ to }) => pathname.startsWith(to))?.to ?? false;
  return (
    <Paper component="nav" aria-label="Pages" square elevation={3} sx={BELOW}>
      <BottomNavigation showLabels value={here}>
        {PAGES.map(({ to, title, icon: Icon }) => (
          <BottomNavigationAction
            key={to}
            component={Link}
            to={to}
            value={to}
            label={title}
            icon={<Icon />}
            aria-current={here === to ? "page" : undefined}
          />
        ))}
      </BottomNavigation>
    </Paper>
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
} as const;

const ENTRY = { borderRadius: 1, py: 0.75, px: 1.5 } as const;

const BELOW = {
  display: { xs: "block", md: "none" },
  position: "fixed",
  insetInline: 0,
  bottom: 0,
  zIndex: "appBar",
  borderTop: 1,
  borderColor: "divider",
} as const;
