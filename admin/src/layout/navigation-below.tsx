// Where to go on phones: three pages in a bar below, the others behind More.

import MenuBookOutlined from "@mui/icons-material/MenuBookOutlined";
import MoreHorizOutlined from "@mui/icons-material/MoreHorizOutlined";
import {
  BottomNavigation,
  BottomNavigationAction,
  ListItemIcon,
  ListItemText,
  Menu,
  MenuItem,
  Paper,
} from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { usePages } from "./pages.ts";

const IN_BAR = 3;
const MORE = "more";

export function NavigationBelow() {
  const { pathname } = useLocation();
  const pages = usePages();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const bar = pages.slice(0, IN_BAR);
  const others = pages.slice(IN_BAR);
  const here = pages.find(({ to }) => pathname.startsWith(to))?.to ?? false;
  const close = () => setAnchor(null);
  return (
    <Paper component="nav" aria-label={say("Pages")} square elevation={3} sx={BELOW}>
      <BottomNavigation showLabels value={others.some(({ to }) => to === here) ? MORE : here}>
        {bar.map(({ to, title, icon: Icon }) => (
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
        <BottomNavigationAction
          value={MORE}
          label={say("More")}
          icon={<MoreHorizOutlined />}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget as HTMLElement)}
        />
      </BottomNavigation>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ list: { "aria-label": say("More pages") } }}
      >
        {others.map(({ to, title, icon: Icon }) => (
          <MenuItem
            key={to}
            component={Link}
            to={to}
            selected={here === to}
            aria-current={here === to ? "page" : undefined}
            onClick={close}
          >
            <ListItemIcon>
              <Icon fontSize="small" />
            </ListItemIcon>
            <ListItemText>{title}</ListItemText>
          </MenuItem>
        ))}
        <MenuItem component="a" href="/api-docs/" target="_blank" rel="noopener" onClick={close}>
          <ListItemIcon>
            <MenuBookOutlined fontSize="small" />
          </ListItemIcon>
          <ListItemText>{say("API docs")}</ListItemText>
        </MenuItem>
      </Menu>
    </Paper>
  );
}

const BELOW = {
  display: { xs: "block", md: "none" },
  position: "fixed",
  insetInline: 0,
  bottom: 0,
  zIndex: "appBar",
  borderTop: 1,
  borderColor: "divider",
  displayPrint: "none",
} as const;
