// A certificate on trial: counts down, looks whether this browser reaches the hub over it, and keeps it at a word.
import { Alert, AlertTitle, Box, Button, LinearProgress, Link } from "@mui/material";
import { say, sayWith, useNow } from "@thalamus/sdk/ui";
import { useEffect, useRef, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { GetCertificateAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

export interface CertificateTrialProps {
  readonly until: Date;
  /** It is kept, or taken back. */
  readonly onEnd: () => void;
}

const LOOK_MS = 2_000;
const WHOLE_SECONDS = 60;

export function CertificateTrial({ until, onEnd }: CertificateTrialProps) {
  const now = useNow(1000);
  const left = Math.max(0, Math.ceil((until.getTime() - now) / 1000));
  const [isOver, setOver] = useState(false);
  const { data, error } = useReading<GetCertificateAnswer>("certificate", "/api/certificate", {
    everyMs: isOver ? false : LOOK_MS,
  });
  const { busy, problem, run } = useAct();
  const seen = useRef(false);
  const isTried = data?.trial !== undefined;
  const reached = !error && data?.trial?.reached === true;
  useEffect(() => {
    if (isTried) seen.current = true;
    // the hub says that there is none any more, or its time is over
    if (left === 0 || (seen.current && data && !isTried && !error)) setOver(true);
  }, [left, data, isTried, error]);
  const keep = async () => {
    const kept = await run(async (call) => {
      await call("/api/certificate/confirm", { method: "POST" });
      return say("The certificate stays.");
    });
    if (kept) onEnd();
  };
  if (isOver) {
    return (
      <Alert severity="info" role="status" onClose={onEnd}>
        <AlertTitle>{say("The certificate of before is in use again")}</AlertTitle>
        {say("Nobody said in time that the new one works. Nothing else has changed.")}
      </Alert>
    );
  }
  return (
    <Alert severity="warning" role="region" aria-label={say("Certificate on trial")} icon={false}>
      <AlertTitle>{say("On trial for %{left} s", { left })}</AlertTitle>
      <LinearProgress
        variant="determinate"
        value={Math.min(100, (left / WHOLE_SECONDS) * 100)}
        aria-label={say("Time left")}
        sx={{ mb: 1 }}
      />
      <Box role="status">
        {reached
          ? say(
              "This browser reaches the hub over the new certificate. Keep it, or do nothing and the one before comes back.",
            )
          : sayWith(
              "This browser has not reached the hub over the new certificate yet. If it does not trust it, %{open} and see what it says.",
              {
                open: (
                  <Link href="/settings/https" target="_blank" rel="noopener">
                    {say("open the hub in another tab")}
                  </Link>
                ),
              },
            )}
      </Box>
      {problem !== "" && (
        <Box role="alert" sx={{ mt: 1, fontWeight: 600 }}>
          {problem}
        </Box>
      )}
      <Button
        variant="contained"
        loading={busy}
        disabled={!reached}
        onClick={() => void keep()}
        sx={{ mt: 1.5 }}
      >
        {say("Keep it")}
      </Button>
    </Alert>
  );
}
