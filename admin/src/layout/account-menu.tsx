// Who is signed in, and the way out.
import AccountCircleOutlined from "@mui/icons-material/AccountCircleOutlined";
import LogoutOutlined from "@mui/icons-material/LogoutOutlined";
import {
  Divider,
  IconButton,
  ListItemIcon,
  ListItemText,
  Menu,
  MenuItem,
  Tooltip,
  Typography,
} from "@mui/material";
import { usePhiVault } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useGetIdentity, useLogout } from "react-admin";

export function AccountMenu() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { identity } = useGetIdentity();
  const signOut = useLogout();
  const vault = usePhiVault();
  const close = () => setAnchor(null);
  const leave = () => {
    close();
    vault.hideAll();
    // whoever comes next starts at the beginning, not where somebody else was
    void signOut({}, "/login", false);
  };
  return (
    <>
      <Tooltip title="Account">
        <IconButton
          aria-label="Account"
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
          color="inherit"
          edge="end"
        >
          <AccountCircleOutlined />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <Typography component="li" role="presentation" sx={{ px: 2, py: 1, minWidth: 180 }}>
          <strong>{identity?.fullName}</strong>
          <Typography component="span" variant="body2" sx={{ display: "block", color: "text.secondary" }}>
            {String(identity?.["roleTitle"] ?? "")}
          </Typography>
        </Typography>
        <Divider component="li" />
        <MenuItem onClick={leave}>
          <ListItemIcon>
            <LogoutOutlined fontSize="small" />
          </ListItemIcon>
          <ListItemText>Sign out</ListItemText>
        </MenuItem>
      </Menu>
    </>
  );
}
