// The own sessions: where one is signed in, and how to end those that are not needed.

import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { useId } from "react";
import { SessionLines } from "../access/session-lines.tsx";
import { useAct } from "../acts/act.ts";
import type { EndMySessionsAnswer, ListMySessionsAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

const PATH = "/api/my/sessions";

export function MySessionsDialog({ onClose }: { readonly onClose: () => void }) {
  const { data } = useReading<ListMySessionsAnswer>("my-sessions", PATH);
  const queries = useQueryClient();
  const { busy, problem, run } = useAct();
  const id = useId();
  const end = async (session?: string) => {
    await run(async (call) => {
      const query = session === undefined ? {} : { id: session };
      const { ended } = await call<EndMySessionsAnswer>(PATH, { method: "DELETE", query });
      return ended === 1 ? say("One session has ended.") : say("%{ended} sessions have ended.", { ended });
    });
    await queries.invalidateQueries({ queryKey: ["my-sessions"] });
  };
  const sessions = data?.data ?? [];
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{say("My sessions")}</DialogTitle>
      <DialogContent>
        {problem !== "" && <Alert severity="error">{problem}</Alert>}
        <SessionLines sessions={sessions} onEnd={(session) => void end(session)} />
      </DialogContent>
      <DialogActions>
        <Button loading={busy} disabled={sessions.length < 2} onClick={() => void end()}>
          {say("End all others")}
        </Button>
        <Button onClick={onClose}>{say("Close")}</Button>
      </DialogActions>
    </Dialog>
  );
}
