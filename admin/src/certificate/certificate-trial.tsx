// A certificate on trial: counts down, looks whether this browser reaches the hub over it, and keeps it at a word.
import { Alert, AlertTitle, Box, Button, LinearProgress, Link } from "@mui/material";
import { useNow } from "@thalamus/sdk/ui";
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
      return "The certificate stays.";
    });
    if (kept) onEnd();
  };
  if (isOver) {
    return (
      <Alert severity="info" role="status" onClose={onEnd}>
        <AlertTitle>The certificate of before is in use again</AlertTitle>
        Nobody said in time that the new one works. Nothing else has changed.
      </Alert>
    );
  }
  return (
    <Alert severity="warning" role="region" aria-label="Certificate on trial" icon={false}>
      <AlertTitle>On trial for {left} s</AlertTitle>
      <LinearProgress
        variant="determinate"
        value={Math.min(100, (left / WHOLE_SECONDS) * 100)}
        aria-label="Time left"
        sx={{ mb: 1 }}
      />
      <Box role="status">
        {reached
          ? "This browser reaches the hub over the new certificate. Keep it, or do nothing and the one before comes back."
          : "This browser has not reached the hub over the new certificate yet. If it does not trust it, "}
        {!reached && (
          <>
            <Link href="/settings/https" target="_blank" rel="noopener">
              open the hub in another tab
            </Link>{" "}
            and see what it says.
          </>
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
        Keep it
      </Button>
    </Alert>
  );
}
