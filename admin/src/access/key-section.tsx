// Keys of programs: what each may do, until when, when it was used last, and revoking it.
import { Alert, Box, Button, Chip, Paper, Typography } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { MONO, say, sayWith, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useAct } from "../acts/act.ts";
import type { ListKeysAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { ACCESS_LINE, LIST } from "./access-line.ts";
import { NewKeyDialog } from "./new-key-dialog.tsx";

export function KeySection() {
  const { data } = useReading<ListKeysAnswer>("keys", "/api/access/keys");
  const [making, setMaking] = useState(false);
  const keys = data?.data ?? [];
  return (
    <>
      {keys.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>{say("No program has a key.")}</Typography>
      ) : (
        <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
          <Box component="ul" aria-label={say("API keys")} sx={LIST}>
            {keys.map((key) => (
              <KeyLine key={key.id} apiKey={key} />
            ))}
          </Box>
        </Paper>
      )}
      <Button variant="outlined" sx={{ mt: 1.5 }} onClick={() => setMaking(true)}>
        {say("New key")}
      </Button>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function KeyLine({ apiKey }: { readonly apiKey: ListKeysAnswer["data"][number] }) {
  const { id, name, hint, madeBy, scopes, expiresAt, lastUsedAt, revokedAt } = apiKey;
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const revoke = async () => {
    await run(async (call) => {
      await call(`/api/access/keys/${id}`, { method: "DELETE" });
      return say("%{name} is revoked.", { name });
    });
    await queries.invalidateQueries({ queryKey: ["keys"] });
  };
  return (
    <Box component="li" aria-label={name} sx={ACCESS_LINE}>
      <Box sx={{ flex: 1, minWidth: 220 }}>
        <Typography sx={{ fontWeight: 600 }}>
          {name}{" "}
          <Box component="code" sx={{ fontFamily: MONO, fontSize: "0.8125rem", color: "text.secondary" }}>
            {hint}…
          </Box>{" "}
          {revokedAt !== null && <Chip size="small" label={say("Revoked")} />}
        </Typography>
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
          {say("%{scopes}. Made by %{madeBy}", { scopes: scopes.join(", "), madeBy })}
          {expiresAt !== null && sayWith(", until %{time}", { time: <TimeText at={expiresAt} /> })}
          {lastUsedAt === null
            ? say(", never used")
            : sayWith(", last used %{time}", { time: <TimeText at={lastUsedAt} /> })}
        </Box>
      </Box>
      {revokedAt === null && (
        <Button size="small" color="error" loading={busy} onClick={() => void revoke()}>
          {say("Revoke")}
        </Button>
      )}
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
    </Box>
  );
}
