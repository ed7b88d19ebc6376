// Who is signed in, what they can do about their account, and the way out.
import AccountCircleOutlined from "@mui/icons-material/AccountCircleOutlined";
import DevicesOutlined from "@mui/icons-material/DevicesOutlined";
import KeyOutlined from "@mui/icons-material/KeyOutlined";
import LogoutOutlined from "@mui/icons-material/LogoutOutlined";
import TranslateOutlined from "@mui/icons-material/TranslateOutlined";
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
import { language, say, usePhiVault } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useGetIdentity, useLogout } from "react-admin";
import { MySessionsDialog } from "../account/my-sessions-dialog.tsx";
import { PasswordDialog } from "../account/password-dialog.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import { chooseLanguage, LANGUAGES } from "../languages/languages.ts";
import { dockDoor } from "../uploads/dock-door.ts";

export function AccountMenu() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { identity } = useGetIdentity();
  const signOut = useLogout();
  const vault = usePhiVault();
  const close = () => setAnchor(null);
  const [shown, setShown] = useState<"password" | "sessions" | "leaving">();
  const show = (what: "password" | "sessions") => {
    close();
    setShown(what);
  };
  const askOrLeave = () => {
    close();
    if (dockDoor.isSending()) setShown("leaving");
    else leave();
  };
  const leave = () => {
    vault.hideAll();
    // whoever comes next starts at the beginning, not where somebody else was
    void signOut({}, "/login", false);
  };
  return (
    <>
      <Tooltip title={say("Account")}>
        <IconButton
          aria-label={say("Account")}
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
        {identity?.["source"] === "local" && (
          <MenuItem onClick={() => show("password")}>
            <ListItemIcon>
              <KeyOutlined fontSize="small" />
            </ListItemIcon>
            <ListItemText>{say("Change password")}</ListItemText>
          </MenuItem>
        )}
        <MenuItem onClick={() => show("sessions")}>
          <ListItemIcon>
            <DevicesOutlined fontSize="small" />
          </ListItemIcon>
          <ListItemText>{say("My sessions")}</ListItemText>
        </MenuItem>
        {LANGUAGES.map(({ code, name }) => (
          <MenuItem
            key={code}
            role="menuitemradio"
            aria-checked={code === language.now()}
            selected={code === language.now()}
            lang={code}
            onClick={() => void chooseLanguage(code)}
          >
            <ListItemIcon>
              <TranslateOutlined fontSize="small" />
            </ListItemIcon>
            <ListItemText>{name}</ListItemText>
          </MenuItem>
        ))}
        <Divider component="li" />
        <MenuItem onClick={askOrLeave}>
          <ListItemIcon>
            <LogoutOutlined fontSize="small" />
          </ListItemIcon>
          <ListItemText>{say("Sign out")}</ListItemText>
        </MenuItem>
      </Menu>
      {shown === "password" && <PasswordDialog onClose={() => setShown(undefined)} />}
      {shown === "leaving" && (
        <ConfirmDialog
          title={say("Sign out while uploads run?")}
          verb={say("Sign out")}
          tone="warning"
          act={() => async () => {
            leave();
            return say("Signed out.");
          }}
          onClose={() => setShown(undefined)}
        >
          <Typography>
            {say("They stop, and go on later when the same folder or file is chosen again.")}
          </Typography>
        </ConfirmDialog>
      )}
      {shown === "sessions" && <MySessionsDialog onClose={() => setShown(undefined)} />}
    </>
  );
}
