// The results of a page as cards, for narrow screens.
import { Box } from "@mui/material";
import { say, shortId, TimeText } from "@thalamus/sdk/ui";
import type { ResultRow } from "../api.gen.ts";
import { ChooseRow } from "../list/row-table.tsx";
import { DeliveryChips } from "./delivery-chips.tsx";
import { OrderLink, ResultActions, ResultKind, ResultStudy } from "./result-table.tsx";

export function ResultCards({ results }: { readonly results: readonly ResultRow[] }) {
  return (
    <Box component="ul" aria-label={say("Results")} sx={{ m: 0, p: 0, listStyle: "none" }}>
      {results.map((result) => (
        <Box
          component="li"
          key={result.id}
          data-row={result.id}
          sx={{ display: "grid", gap: 1, px: 2, py: 1.5, borderBottom: 1, borderColor: "divider" }}
        >
          <Box sx={{ display: "flex", justifyContent: "space-between", alignItems: "center" }}>
            <ChooseRow id={result.id} name={say("result %{id}", { id: shortId(result.id) })} />
            <strong>{result.product}</strong>
            <Box sx={{ flex: 1 }} />
            <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
              <TimeText at={result.createdAt} />
            </Box>
          </Box>
          <ResultKind result={result} />
          <Box sx={{ fontSize: "0.8125rem", color: "text.secondary" }}>
            {say("Order id")} <OrderLink result={result} />
          </Box>
          <ResultStudy result={result} />
          <DeliveryChips deliveries={result.deliveries} />
          <ResultActions result={result} />
        </Box>
      ))}
    </Box>
  );
}
