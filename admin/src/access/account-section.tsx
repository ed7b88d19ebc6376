// Accounts: their role, where they sign in, when they were here last; another role, another password, disabled.
import { Alert, Box, Button, Chip, MenuItem, Paper, TextField, Typography } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { phrase, say, sayWith, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useAct } from "../acts/act.ts";
import type { ListAccountsAnswer, ListRolesAnswer, ResetPasswordAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { ACCESS_LINE, LIST } from "./access-line.ts";
import { NewAccountDialog } from "./new-account-dialog.tsx";
import { ShownOnce } from "./shown-once.tsx";

type AccountInfo = ListAccountsAnswer["data"][number];

export function AccountSection() {
  const { data } = useReading<ListAccountsAnswer>("accounts", "/api/access/accounts");
  const { data: roles } = useReading<ListRolesAnswer>("roles", "/api/access/roles");
  const [making, setMaking] = useState(false);
  const choices = roles?.data ?? [];
  return (
    <>
      <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
        <Box component="ul" aria-label={say("Accounts")} sx={LIST}>
          {data?.data.map((account) => (
            <AccountLine key={account.id} account={account} roles={choices} />
          ))}
        </Box>
      </Paper>
      <Button variant="outlined" sx={{ mt: 1.5 }} onClick={() => setMaking(true)}>
        {say("New account")}
      </Button>
      {making && <NewAccountDialog roles={choices} onClose={() => setMaking(false)} />}
    </>
  );
}

const SOURCES: Readonly<Record<AccountInfo["source"], string>> = {
  local: phrase("password"),
  saml: "SAML",
  oidc: "OpenID Connect",
};

interface AccountLineProps {
  readonly account: AccountInfo;
  readonly roles: ListRolesAnswer["data"];
}

function AccountLine({ account, roles }: AccountLineProps) {
  const { id, name, source, role, lastSignInAt, disabled, breakGlass } = account;
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const [password, setPassword] = useState<string>();
  const change = async (body: object, words: string) => {
    await run(async (call) => {
      await call(`/api/access/accounts/${id}`, { method: "PATCH", body });
      return words;
    });
    await queries.invalidateQueries();
  };
  const reset = () =>
    run(async (call) => {
      const path = `/api/access/accounts/${id}/password`;
      setPassword((await call<ResetPasswordAnswer>(path, { method: "POST", body: {} })).password);
      return say("%{name} has another password.", { name });
    });
  return (
    <Box component="li" aria-label={name} sx={ACCESS_LINE}>
      <Box sx={{ flex: 1, minWidth: 220 }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>
          {name} {disabled && <Chip size="small" label={say("Disabled")} />}
          {breakGlass && <Chip size="small" variant="outlined" label={say("Break-glass")} />}
        </Typography>
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {lastSignInAt === null
            ? say("Signs in by %{door}, was never here", { door: say(SOURCES[source]) })
            : sayWith("Signs in by %{door}, last on %{time}", {
                door: say(SOURCES[source]),
                time: <TimeText at={lastSignInAt} />,
              })}
        </Box>
      </Box>
      <TextField
        select
        size="small"
        label={say("Role of %{name}", { name })}
        value={role}
        sx={{ minWidth: 190 }}
        disabled={source !== "local" || busy}
        onChange={(event) =>
          void change({ role: event.target.value }, say("%{name} has another role.", { name }))
        }
      >
        {roles.map((one) => (
          <MenuItem key={one.name} value={one.name}>
            {say(one.title)}
          </MenuItem>
        ))}
      </TextField>
      {source === "local" && (
        <Button size="small" loading={busy} onClick={() => void reset()}>
          {say("New password")}
        </Button>
      )}
      <Button
        size="small"
        color={disabled ? "primary" : "error"}
        loading={busy}
        onClick={() =>
          void change(
            { disabled: !disabled },
            disabled ? say("%{name} is enabled.", { name }) : say("%{name} is disabled.", { name }),
          )
        }
      >
        {disabled ? say("Enable") : say("Disable")}
      </Button>
      {problem !== "" && (
        <Alert severity="error" sx={{ flexBasis: "100%" }}>
          {problem}
        </Alert>
      )}
      {password !== undefined && (
        <ShownOnce
          title={say("Password of %{name}", { name })}
          secret={password}
          onClose={() => setPassword(undefined)}
        />
      )}
    </Box>
  );
}
