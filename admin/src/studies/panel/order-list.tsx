// The orders of a study: which product, how each stands, and what one that does not run waits for.
import { Box, Typography } from "@mui/material";
import { ShortId, StatusChip, say, TimeText } from "@thalamus/sdk/ui";
import type { OrderRow, StepRow } from "../../api.gen.ts";
import { useTryWords } from "../../layout/rules.ts";

export interface OrderListProps {
  readonly orders: readonly OrderRow[];
  readonly steps: readonly StepRow[];
}

export function OrderList({ orders, steps }: OrderListProps) {
  return (
    <Box component="section" aria-labelledby="orders-heading">
      <Typography variant="h2" component="h3" id="orders-heading" sx={{ mb: 1 }}>
        {say("Orders")}
      </Typography>
      {orders.length === 0 && (
        <Typography sx={{ color: "text.secondary" }}>{say("Nothing was ordered yet.")}</Typography>
      )}
      {orders.map(({ id, product, status, createdAt, revision }) => (
        <Box key={id} sx={{ py: 0.75 }}>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
            <ShortId id={id} what={say("order id")} />
            <span>{product}</span>
            <StatusChip status={status} />
            <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
              <TimeText at={createdAt} />
              {orders.some((order) => order.revision !== revision) &&
                say(", revision %{revision}", { revision })}
            </Box>
          </Box>
          <WhyItWaits step={steps.find(({ orderId, phase }) => orderId === id && phase === "process")} />
        </Box>
      ))}
    </Box>
  );
}

/** Its place in the queue, or why its last try came to nothing and when the next one is. */
function WhyItWaits({ step }: { step: StepRow | undefined }) {
  const tryWords = useTryWords();
  if (step?.state !== "ready") return null;
  const { queue, target, message, code, notBefore, attempt } = step;
  const isLater = notBefore !== null && Date.parse(notBefore) > Date.now();
  return (
    <Box sx={{ mt: 0.25, fontSize: "0.8125rem", color: "text.secondary" }}>
      {queue && !isLater && placeWords(queue, target)}
      {message !== null && (
        <Box>
          {attempt > 0 && say("After %{tries}: ", { tries: tryWords(attempt) })}
          {message} {code !== null && <code>{code}</code>}
        </Box>
      )}
      {isLater && (
        <>
          {say("The next try is at")} <TimeText at={notBefore} seconds />.
        </>
      )}
    </Box>
  );
}

/** Where an order of the study waits, for the head of the panel. */
export function QueuePlace({ steps }: { readonly steps: readonly StepRow[] }) {
  const waiting = steps.find(({ queue }) => queue !== null);
  if (!waiting?.queue) return null;
  return (
    <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
      {placeWords(waiting.queue, waiting.target)}
    </Box>
  );
}

function placeWords({ place, waiting }: NonNullable<StepRow["queue"]>, target: string): string {
  if (place === 1)
    return waiting > 1
      ? say("The next one in the queue of %{target}, of %{waiting}.", { target, waiting })
      : say("The next one in the queue of %{target}.", { target });
  return say("Number %{place} of %{waiting} in the queue of %{target}.", { place, waiting, target });
}
