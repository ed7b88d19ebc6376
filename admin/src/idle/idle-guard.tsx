// Two minutes before a session ends for want of anybody there, it asks; without an answer it signs out.

import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useEffect, useId, useRef, useState } from "react";
import { useGetIdentity, useLogout } from "react-admin";
import { Activity } from "./activity.ts";

const WARN_MS = 120_000;
const LOOK_MS = 1_000;

export function IdleGuard() {
  const { identity } = useGetIdentity();
  const minutes = Number(identity?.["idleMinutes"] ?? 0);
  return minutes > 0 ? <Watch idleMs={minutes * 60_000} /> : null;
}

/** */
function Watch({ idleMs }: { readonly idleMs: number }) {
  const id = useId();
  const [left, setLeft] = useState<number>();
  const signOut = useLogout();
  const leave = useRef(signOut);
  useEffect(() => {
    leave.current = signOut;
  });
  const activity = useRef<Activity>(undefined);
  useEffect(() => {
    const watched = new Activity(() => setLeft(undefined));
    activity.current = watched;
    let isOver = false;
    const look = () => {
      const rest = watched.lastAt + idleMs - Date.now();
      watched.asking = rest <= WARN_MS;
      if (rest <= 0 && !isOver) {
        isOver = true;
        void leave.current({ idle: true });
      }
      setLeft(rest <= WARN_MS ? Math.max(0, Math.ceil(rest / 1000)) : undefined);
    };
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      watched.stop();
    };
  }, [idleMs]);
  const stay = () => {
    activity.current?.now();
    activity.current?.touch();
    setLeft(undefined);
  };
  if (left === undefined) return null;
  return (
    <Dialog open onClose={stay} role="alertdialog" aria-labelledby={id} aria-describedby={`${id}-text`}>
      <DialogTitle id={id}>{say("Are you still there?")}</DialogTitle>
      <DialogContent id={`${id}-text`}>
        {say(
          "Nobody has used the console for long. You are signed out in %{time}; what is not saved would be lost.",
          { time: timeLeft(left) },
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button color="error" onClick={() => void signOut({ idle: true })}>
          {say("Sign out")}
        </Button>
        <Button variant="contained" autoFocus onClick={stay}>
          {say("Stay")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const timeLeft = (seconds: number): string =>
  say("%{minutes}:%{seconds} minutes", {
    minutes: Math.floor(seconds / 60),
    seconds: String(seconds % 60).padStart(2, "0"),
  });
