// X-001 Sign-in with the organisation's account: links that leave for the identity provider and come back.

import LoginOutlined from "@mui/icons-material/LoginOutlined";
import { Button, Stack } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useLocation } from "react-router";
import type { GetSignInOptionsAnswer } from "../api.gen.ts";

export function SsoButtons({ saml, oidc }: Pick<GetSignInOptionsAnswer, "saml" | "oidc">) {
  const wanted = (useLocation().state as { nextPathname?: string } | null)?.nextPathname ?? "/";
  const address = (way: string) => `/api/${way}/login?returnTo=${encodeURIComponent(wanted)}`;
  const look = {
    variant: "contained",
    size: "large",
    fullWidth: true,
    startIcon: <LoginOutlined />,
  } as const;
  return (
    <Stack spacing={1.5}>
      {saml && (
        <Button {...look} href={address("saml")}>
          {oidc ? say("Sign in with SSO (SAML)") : say("Sign in with SSO")}
        </Button>
      )}
      {oidc && (
        <Button {...look} href={address("oidc")}>
          {saml ? say("Sign in with SSO (OpenID Connect)") : say("Sign in with SSO")}
        </Button>
      )}
    </Stack>
  );
}
