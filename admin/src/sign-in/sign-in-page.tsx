// The sign-in page: the ways that the mode of this hub has, and plain words about what went wrong.
import DarkModeOutlined from "@mui/icons-material/DarkModeOutlined";
import LightModeOutlined from "@mui/icons-material/LightModeOutlined";
import { Alert, Box, Button, Divider, IconButton, Paper, Stack, Tooltip, Typography } from "@mui/material";
import { Mark, say } from "@thalamus/sdk/ui";
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import type { GetSignInOptionsAnswer } from "../api.gen.ts";
import { LanguageChoice } from "../languages/language-choice.tsx";
import { useDarkMode } from "../layout/dark-mode.ts";
import { pageTitle } from "../layout/pages.ts";
import { useWindowTitle } from "../layout/window-title.ts";
import { sessionWasEnded } from "../session.ts";
import { dockDoor } from "../uploads/dock-door.ts";
import { ForgottenPassword } from "./forgotten-password.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { arrivalOf, useSignInOptions } from "./sign-in-options.ts";
import { SsoButtons } from "./sso-buttons.tsx";

export function SignInPage() {
  useWindowTitle(say("Sign in"));
  useEffect(() => dockDoor.onLeave(), []);
  const { isDark, toggle } = useDarkMode();
  const options = useSignInOptions();
  const label = isDark ? say("Light mode") : say("Dark mode");
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
              {PRODUCT}
            </Typography>
            <Typography variant="body2" sx={{ color: "text.secondary" }}>
              {options && options.siteName !== "" && options.siteName !== PRODUCT
                ? options.siteName
                : say("Imaging integration hub")}
            </Typography>
          </Box>
        </Stack>
        <Paper variant="outlined" sx={{ p: { xs: 2.5, sm: 4 }, borderRadius: 2 }}>
          {options && <Ways options={options} />}
        </Paper>
        <Box sx={{ display: "grid", justifyContent: "center", mt: 2 }}>
          <LanguageChoice />
        </Box>
      </Box>
    </Box>
  );
}

const PRODUCT = "Thalamus";

/** */
function Ways({ options }: { readonly options: GetSignInOptionsAnswer }) {
  const [breaking, setBreaking] = useState(false);
  const { search, state } = useLocation();
  const arrival = arrivalOf(search);
  const before = sessionWasEnded() ? (state as { nextPathname?: string } | null)?.nextPathname : undefined;
  const [tried, setTried] = useState(false);
  const { password, breakGlass, saml, oidc } = options;
  const hasSso = saml || oidc;
  const showsForm = password || breaking;
  return (
    <Stack spacing={2.5}>
      {arrival && <Alert severity={arrival.severity}>{arrival.words}</Alert>}
      {sessionWasEnded() && !tried && <Alert severity="info">{endedWords(before)}</Alert>}
      {hasSso && <SsoButtons saml={saml} oidc={oidc} />}
      {hasSso && showsForm && <Divider>{say("or")}</Divider>}
      {showsForm && <SignInForm isSecond={hasSso} onTry={() => setTried(true)} />}
      {breakGlass && !breaking && (
        <Button size="small" onClick={() => setBreaking(true)}>
          {say("The identity provider is away: use the emergency password")}
        </Button>
      )}
      {showsForm && <ForgottenPassword />}
    </Stack>
  );
}

function endedWords(before: string | undefined): string {
  const title = before === undefined ? undefined : pageTitle(before);
  const where =
    title === undefined
      ? say("you are back where you were")
      : say("you are back at %{title}, where you were", { title: say(title) });
  return say(
    "Your session has ended. Nobody used it for long, or an administrator ended it. Sign in, and %{where}.",
    { where },
  );
}
