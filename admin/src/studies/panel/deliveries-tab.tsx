// Where the results went: for each result its destinations, with every try and what the other side answered.
import SendOutlined from "@mui/icons-material/SendOutlined";
import { Box, Stack, Typography } from "@mui/material";
import { EmptyState, ErrorState, say, TimeText } from "@thalamus/sdk/ui";
import type { ListReceiptsAnswer, ResultRow, StepRow } from "../../api.gen.ts";
import type { ReceiptRow } from "../../deliveries/receipt-words.ts";
import { SendAgain } from "../../deliveries/send-again.tsx";
import { useReading } from "../../list/reading.ts";
import { KindChip } from "../../results/kind-chip.tsx";
import { DeliveryLine } from "./delivery-line.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

const MOST_RECEIPTS = 500;

export function DeliveriesTab({ story: { study, steps, results } }: StudyTabProps) {
  const query = { studyId: study.id, limit: MOST_RECEIPTS };
  const {
    data: receipts,
    error,
    refetch,
  } = useReading<ListReceiptsAnswer>("receipts", "/api/receipts", { query });
  if (results.length === 0) {
    return (
      <EmptyState icon={SendOutlined} title={say("Nothing was delivered yet")}>
        {say("Deliveries start when there is a result, one for each destination of the route.")}
      </EmptyState>
    );
  }
  return (
    <Stack spacing={4}>
      {error && (
        <ErrorState
          title={say("The receipts could not be read")}
          error={error}
          stillWorks={say("The states below are up to date.")}
          onRetry={() => void refetch()}
        />
      )}
      {results.map((result) => (
        <ResultDeliveries
          key={result.id}
          result={result}
          steps={steps.filter(({ phase, resultId }) => phase === "deliver" && resultId === result.id)}
          receipts={receipts?.data.filter(({ resultId }) => resultId === result.id) ?? []}
          latest={study.revision}
        />
      ))}
    </Stack>
  );
}

interface ResultDeliveriesProps {
  readonly result: ResultRow;
  readonly steps: readonly StepRow[];
  readonly receipts: readonly ReceiptRow[];
  readonly latest: number;
}

function ResultDeliveries({ result, steps, receipts, latest }: ResultDeliveriesProps) {
  // of several deliveries to one destination the last one counts; the ledger shows the tries of all
  const newest = [...new Map(steps.map((step) => [step.target, step])).values()];
  return (
    <Box component="section" aria-label={say("Deliveries of %{product}", { product: result.product })}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 0.5 }}>
        <Typography variant="h2" component="h3">
          {result.product}
        </Typography>
        <KindChip kind={result.kind} />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          <TimeText at={result.createdAt} />
        </Box>
        <Box sx={{ flex: 1 }} />
        <SendAgain resultId={result.id} deliveries={newest} />
      </Box>
      {newest.length === 0 && (
        <Typography sx={{ color: "text.secondary" }}>
          {say("The route names no destination for it. It can be sent by hand.")}
        </Typography>
      )}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: "none" }}>
        {newest.map((step) => (
          <DeliveryLine
            key={step.target}
            step={step}
            receipts={receipts.filter(({ target }) => target === step.target)}
            latest={latest}
            siblings={newest}
          />
        ))}
      </Box>
    </Box>
  );
}
