// One destination of a result: how the delivery stands, what can be done about it, and its tries.
import ExpandMoreOutlined from "@mui/icons-material/ExpandMoreOutlined";
import { Box, Button, Typography } from "@mui/material";
import { StateChip, say, sayWith, TimeText } from "@thalamus/sdk/ui";
import { useId, useState } from "react";
import type { StepRow } from "../../api.gen.ts";
import { briefAnswer, type ReceiptRow } from "../../deliveries/receipt-words.ts";
import { SendAgain } from "../../deliveries/send-again.tsx";
import { StepActs } from "../../deliveries/step-acts.tsx";
import { useTryWords } from "../../layout/rules.ts";
import { TryList } from "./try-list.tsx";

export interface DeliveryLineProps {
  readonly step: StepRow;
  /** Of this result and destination, newest first. */
  readonly receipts: readonly ReceiptRow[];
  readonly latest: number;
  /** All deliveries of the result. */
  readonly siblings: readonly StepRow[];
}

export function DeliveryLine({ step, receipts, latest, siblings }: DeliveryLineProps) {
  const { target, state, code, message } = step;
  const confirmed = receipts.find(({ outcome }) => outcome === "delivered");
  return (
    <Box component="li" aria-label={target} sx={{ py: 1.5, borderBottom: 1, borderColor: "divider" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25 }}>
        <Typography variant="h3" component="h4">
          {target}
        </Typography>
        <StateChip state={state} done={say("Delivered")} />
        <DeliveryTimes step={step} />
        <Box sx={{ flex: 1 }} />
        <StepActs step={step} latest={latest} />
        {state === "done" && (
          <SendAgain resultId={step.resultId ?? ""} deliveries={siblings} only={target} variant="text" />
        )}
      </Box>
      {message !== null && (
        <Box sx={{ mt: 0.75, fontSize: "0.875rem" }}>
          {message}{" "}
          {code !== null && (
            <Box component="code" sx={{ color: "text.secondary" }}>
              {code}
            </Box>
          )}
        </Box>
      )}
      {state === "done" && confirmed && (
        <Box sx={{ mt: 0.75, fontSize: "0.875rem", overflowWrap: "anywhere" }}>
          {briefAnswer(confirmed.answer)}
        </Box>
      )}
      <Tries target={target} receipts={receipts} />
    </Box>
  );
}

function DeliveryTimes({ step: { state, attempt, settledAt, notBefore } }: { step: StepRow }) {
  const tryWords = useTryWords();
  return (
    <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
      {attempt > 0 && tryWords(attempt)}
      {settledAt !== null && (
        <>
          {" · "}
          <TimeText at={settledAt} />
        </>
      )}
      {state === "ready" && notBefore !== null && (
        <>
          {" · "}
          {sayWith("next %{time}", { time: <TimeText at={notBefore} seconds /> })}
        </>
      )}
    </Box>
  );
}

function Tries({ target, receipts }: { target: string; receipts: readonly ReceiptRow[] }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  if (receipts.length === 0) return null;
  const word = say("%{count} receipt |||| %{count} receipts", { count: receipts.length });
  return (
    <>
      <Button
        size="small"
        color="inherit"
        aria-expanded={open}
        aria-controls={id}
        aria-label={say("%{word} of %{target}", { word, target })}
        endIcon={<ExpandMoreOutlined sx={{ transform: open ? "rotate(180deg)" : "none" }} />}
        onClick={() => setOpen(!open)}
        sx={{ mt: 0.5, ml: -0.5, color: "text.secondary" }}
      >
        {word}
      </Button>
      <div id={id}>{open && <TryList receipts={receipts} />}</div>
    </>
  );
}
