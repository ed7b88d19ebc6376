// The end of a trial of single sign-on, in the window in which it was done: what came, and the role it would give.
import { Alert, AlertTitle, Box, Button, Chip, Typography } from "@mui/material";
import { callApi, ErrorState, Late, say, sayWith } from "@thalamus/sdk/ui";
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import type { GetSignInTrialAnswer } from "../api.gen.ts";
import { useWindowTitle } from "../layout/window-title.ts";
import { refusalWords } from "./refusal-words.ts";

export default function TrySignInPage() {
  useWindowTitle(say("Trial sign-in"));
  const ticket = new URLSearchParams(useLocation().search).get("ticket") ?? "";
  const [result, setResult] = useState<GetSignInTrialAnswer>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    callApi<GetSignInTrialAnswer>("/api/sso/trial", { method: "POST", body: { ticket } }).then((answer) => {
      setResult(answer);
      // it is shown this once
      window.history.replaceState(null, "", "/try-sign-in");
    }, setError);
  }, [ticket]);
  return (
    <Box component="main" sx={{ p: 3, maxWidth: 720, mx: "auto", display: "grid", gap: 2 }}>
      <Typography variant="h1">{say("Trial sign-in")}</Typography>
      {error !== undefined && (
        <ErrorState
          title={say("There is nothing to show: a trial is shown once, for two minutes")}
          error={error}
        />
      )}
      {!result && error === undefined && (
        <Late>
          <Typography>{say("Reading what came…")}</Typography>
        </Late>
      )}
      {result && (result.ok ? <Taken result={result} /> : <Refused result={result} />)}
      <Box>
        <Button variant="contained" onClick={() => window.close()}>
          {say("Close")}
        </Button>
      </Box>
    </Box>
  );
}

function Taken({ result }: { readonly result: GetSignInTrialAnswer }) {
  const { name = "", nameId = "", role, groups = [], claims = [] } = result;
  return (
    <>
      <Alert severity={role === undefined ? "warning" : "success"} role="status">
        <AlertTitle>{role === undefined ? say("This person would not come in") : say("It works")}</AlertTitle>
        {role === undefined
          ? say("No group gives a role, and there is none for everybody else.")
          : sayWith("%{name} would come in with the role %{role}. Nobody was signed in.", {
              name,
              role: <strong>{role}</strong>,
            })}
      </Alert>
      <Box component="dl" sx={LIST}>
        <dt>{say("Name that stays the same")}</dt>
        <dd>{nameId}</dd>
        <dt>{say("Groups")}</dt>
        <dd>
          {groups.length === 0
            ? say("none were found; see the claims below, and name the one that has them")
            : groups.map((group) => (
                <Chip key={group} size="small" label={group} sx={{ mr: 0.5, mb: 0.5 }} />
              ))}
        </dd>
      </Box>
      <Typography variant="h2">{say("Claims")}</Typography>
      {claims.length === 0 ? (
        <Typography>{say("The identity provider sent none.")}</Typography>
      ) : (
        <Box component="dl" sx={LIST}>
          {claims.map((claim) => (
            <Box key={claim.name} sx={{ display: "contents" }}>
              <dt>{claim.name}</dt>
              <dd>{claim.values.join(", ")}</dd>
            </Box>
          ))}
        </Box>
      )}
    </>
  );
}

function Refused({ result }: { readonly result: GetSignInTrialAnswer }) {
  const { reason = "", words } = result;
  return (
    <Alert severity="error" role="alert">
      <AlertTitle>{say("The answer would not be taken")}</AlertTitle>
      {refusalWords(reason)}
      <Box sx={{ mt: 1, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
        <code>{reason}</code>
        {words !== undefined && ` · ${words}`}
      </Box>
    </Alert>
  );
}

const LIST = {
  m: 0,
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "minmax(140px, 240px) minmax(0, 1fr)" },
  columnGap: 2,
  rowGap: 0.75,
  fontSize: "0.875rem",
  "& dt": { color: "text.secondary", overflowWrap: "anywhere" },
  "& dd": { m: 0, overflowWrap: "anywhere" },
} as const;
