// One key: its state, what it may do, what is left of its quota, and the acts on it.
import AdminPanelSettingsOutlined from "@mui/icons-material/AdminPanelSettingsOutlined";
import { Box, Button, Typography } from "@mui/material";
import { MONO, ShortId, Since, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import type { CloudKeyInfo } from "../api.gen.ts";
import { ChangeKeyDialog } from "./change-key-dialog.tsx";
import { KEY_WORDS, scopeWords } from "./organisation-words.ts";
import { QuotaBar } from "./quota-bar.tsx";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";

/** `key` is React's own. */
export function KeyLine({ cloudKey }: { readonly cloudKey: CloudKeyInfo }) {
  const { id, name, memberName, prefix, state, isAdmin, scopes, used, quota, revokedAt } = cloudKey;
  const [open, setOpen] = useState<"form" | "revoke">();
  const close = () => setOpen(undefined);
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Box sx={{ display: "grid", gap: 0.5, minWidth: 0, flex: "1 1 340px" }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px 12px" }}>
          <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{name}</Typography>
          <ToneChip {...KEY_WORDS[state]} />
          {isAdmin && (
            <ToneChip
              tone="info"
              icon={AdminPanelSettingsOutlined}
              word={say("Administrator")}
              hint={say("Sees and changes what anybody of the organisation ordered.")}
            />
          )}
        </Box>
        <Box sx={FACTS}>
          <span>{memberName}</span>
          <Box component="span" sx={{ fontFamily: MONO }}>
            {prefix}…
          </Box>
          <span>
            {say("Client id")}
            <ShortId id={id} what={say("client id")} />
          </span>
          <KeyTimes cloudKey={cloudKey} />
        </Box>
        <Box sx={FACTS}>{scopeWords(scopes)}</Box>
      </Box>
      <Box sx={{ flex: "0 1 190px" }}>
        <QuotaBar used={used} quota={quota} />
      </Box>
      {revokedAt === null && (
        <Box sx={{ display: "flex", gap: 1 }}>
          <ActButton aria-label={say("Change %{name}", { name })} onAct={() => setOpen("form")}>
            {say("Change")}
          </ActButton>
          <Button
            size="small"
            color="error"
            aria-label={say("Revoke %{name}", { name })}
            onClick={() => setOpen("revoke")}
          >
            {say("Revoke")}
          </Button>
        </Box>
      )}
      {open === "form" && <ChangeKeyDialog cloudKey={cloudKey} onClose={close} />}
      {open === "revoke" && <RevokeKeyDialog cloudKey={cloudKey} onClose={close} />}
    </Box>
  );
}

function KeyTimes({ cloudKey: { lastUsedAt, expiresAt, revokedAt } }: { readonly cloudKey: CloudKeyInfo }) {
  return (
    <>
      <span>
        {lastUsedAt === null
          ? say("Never used")
          : sayWith("Used %{span} ago", { span: <Since at={lastUsedAt} /> })}
      </span>
      {revokedAt === null && expiresAt !== null && (
        <span>
          {Date.parse(expiresAt) > Date.now() ? say("Expires") : say("Expired")} <TimeText at={expiresAt} />
        </span>
      )}
      {revokedAt !== null && <span>{sayWith("Revoked %{time}", { time: <TimeText at={revokedAt} /> })}</span>}
    </>
  );
}

const FACTS = {
  display: "flex",
  flexWrap: "wrap",
  gap: "2px 16px",
  color: "text.secondary",
  fontSize: "0.8125rem",
} as const;

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "10px 24px",
  px: 2,
  py: 1.5,
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
