// Everybody's sessions, and ending one or all of them.
import { Alert, Box, Button, Paper } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { useAct } from "../acts/act.ts";
import type { EndSessionsAnswer, ListSessionsAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { SessionLines } from "./session-lines.tsx";

const PATH = "/api/access/sessions";

export function SessionSection() {
  const { data } = useReading<ListSessionsAnswer>("sessions", PATH, { everyMs: 30_000 });
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const end = async (id: string) => {
    await run(async (call) => {
      await call(`${PATH}/${id}`, { method: "DELETE" });
      return say("The session has ended.");
    });
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  const endAll = async () => {
    await run(async (call) => {
      const { ended } = await call<EndSessionsAnswer>(PATH, { method: "DELETE" });
      return say("%{ended} sessions have ended.", { ended });
    });
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  const sessions = data?.data ?? [];
  return (
    <>
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
      <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
        <Box sx={{ px: 2 }}>
          <SessionLines named sessions={sessions} onEnd={(id) => void end(id)} />
        </Box>
      </Paper>
      <Button
        variant="outlined"
        color="error"
        loading={busy}
        disabled={sessions.length < 2}
        sx={{ mt: 1.5 }}
        onClick={() => void endAll()}
      >
        {say("End all but mine")}
      </Button>
    </>
  );
}
