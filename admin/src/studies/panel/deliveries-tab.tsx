// Where the results went, try by try.
import SendOutlined from "@mui/icons-material/SendOutlined";
import { Box, Stack, Typography } from "@mui/material";
import { EmptyState, StateChip, TimeText } from "@thalamus/sdk/ui";
import type { StepRow } from "../../api.gen.ts";
import type { StudyTabProps } from "./study-panel.tsx";

export function DeliveriesTab({ story: { steps } }: StudyTabProps) {
  const deliveries = steps.filter(({ phase }) => phase === "deliver").toReversed();
  if (deliveries.length === 0) {
    return (
      <EmptyState icon={SendOutlined} title="Nothing was delivered yet">
        Deliveries start when there is a result, one for each destination of the route.
      </EmptyState>
    );
  }
  return (
    <Stack component="ul" sx={{ m: 0, p: 0, listStyle: "none" }}>
      {deliveries.map((step) => (
        <Delivery key={step.id} step={step} />
      ))}
    </Stack>
  );
}

function Delivery({ step }: { step: StepRow }) {
  const { target, state, attempt, settledAt, notBefore, code, message } = step;
  const waits = state === "ready" && notBefore !== null;
  return (
    <Box component="li" sx={{ py: 1.5, borderBottom: 1, borderColor: "divider" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25 }}>
        <Typography variant="h3" component="h3">
          {target}
        </Typography>
        <StateChip state={state} done="Delivered" />
        <Box sx={{ flex: 1 }} />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {attempt > 0 && `try ${attempt}`}
          {settledAt !== null && (
            <>
              {" · "}
              <TimeText at={settledAt} />
            </>
          )}
          {waits && (
            <>
              {" · next "}
              <TimeText at={notBefore} seconds />
            </>
          )}
        </Box>
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
    </Box>
  );
}
