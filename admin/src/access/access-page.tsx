// Access: who may sign in with which role, who is signed in, and the keys of programs.
import { Box, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { useMay } from "../acts/permission.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { AccountSection } from "./account-section.tsx";
import { KeySection } from "./key-section.tsx";
import { RoleSection } from "./role-section.tsx";
import { SessionSection } from "./session-section.tsx";

export default function AccessPage() {
  const may = useMay();
  return (
    <>
      <PageHeading title={say("Access")} />
      <GuardedPage needs="accounts.manage">
        <Part title={say("Accounts")}>
          <AccountSection />
        </Part>
        <Part title={say("Sessions")}>
          <SessionSection />
        </Part>
        {may("keys.manage") && (
          <Part title={say("API keys")}>
            <KeySection />
          </Part>
        )}
        <Part title={say("Roles")}>
          <RoleSection />
        </Part>
      </GuardedPage>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Box component="section" aria-label={title} sx={{ mb: 4 }}>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}
