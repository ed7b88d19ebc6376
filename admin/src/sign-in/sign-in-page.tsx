// The sign-in page: the ways that the mode of this hub has, and plain words about what went wrong.
import DarkModeOutlined from "@mui/icons-material/DarkModeOutlined";
import LightModeOutlined from "@mui/icons-material/LightModeOutlined";
import { Alert, Box, Button, Divider, IconButton, Paper, Stack, Tooltip, Typography } from "@mui/material";
import { Mark } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useLocation } from "react-router";
import { useDarkMode } from "../layout/dark-mode.ts";
import { useWindowTitle } from "../layout/window-title.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { arrivalOf, useSignInOptions } from "./sign-in-options.ts";
import { SsoButtons } from "./sso-buttons.tsx";

export function SignInPage() {
  useWindowTitle("Sign in");
  const { isDark, toggle } = useDarkMode();
  const label = isDark ? "Light mode" : "Dark mode";
  return (
    <Box component="main" sx={{ minHeight: "100dvh", display: "grid", placeItems: "center", p: 2 }}>
      <Tooltip title={label}>
        <IconButton aria-label={label} onClick={toggle} sx={{ position: "fixed", top: 12, right: 12 }}>
          {isDark ? <LightModeOutlined /> : <DarkModeOutlined />}
        </IconButton>
      </Tooltip>
      <Box sx={{ width: "100%", maxWidth: 400 }}>
        <Stack direction="row" spacing={1.5} sx={{ alignItems: "center", justifyContent: "center", mb: 3 }}>
          <Mark color="primary" sx={{ fontSize: 40 }} />
          <Box>
            <Typography variant="h1" sx={{ fontSize: "1.625rem", lineHeight: 1.15 }}>
              Thalamus
            </Typography>
            <Typography variant="body2" sx={{ color: "text.secondary" }}>
              Imaging integration hub
            </Typography>
          </Box>
        </Stack>
        <Paper variant="outlined" sx={{ p: { xs: 2.5, sm: 4 }, borderRadius: 2 }}>
          <Ways />
        </Paper>
      </Box>
    </Box>
  );
}

/** */
function Ways() {
  const options = useSignInOptions();
  const [breaking, setBreaking] = useState(false);
  const arrival = arrivalOf(useLocation().search);
  if (!options) return null;
  const { password, breakGlass, saml, oidc } = options;
  const hasSso = saml || oidc;
  const showsForm = password || breaking;
  return (
    <Stack spacing={2.5}>
      {arrival && <Alert severity={arrival.severity}>{arrival.words}</Alert>}
      {hasSso && <SsoButtons saml={saml} oidc={oidc} />}
      {hasSso && showsForm && <Divider>or</Divider>}
      {showsForm && <SignInForm isSecond={hasSso} />}
      {breakGlass && !breaking && (
        <Button size="small" onClick={() => setBreaking(true)}>
          The identity provider is away: use the emergency password
        </Button>
      )}
    </Stack>
  );
}
