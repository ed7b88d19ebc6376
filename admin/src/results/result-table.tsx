// The results of a page as a table, on screens that are wide enough for one.
import { Box } from "@mui/material";
import { ShortId, TimeText } from "@thalamus/sdk/ui";
import { DataTable } from "react-admin";
import type { ResultRow } from "../api.gen.ts";
import { SendAgain } from "../deliveries/send-again.tsx";
import { tableLook } from "../list/table-look.ts";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { DeliveryChips } from "./delivery-chips.tsx";
import { DownloadsMenu } from "./downloads-menu.tsx";
import { KindChip } from "./kind-chip.tsx";
import { ViewResult } from "./view-result.tsx";

const Column = DataTable.Col<ResultRow>;

export function ResultTable() {
  return (
    <DataTable<ResultRow>
      bulkActionButtons={false}
      rowClick={(id) => `/results/${String(id)}`}
      size="small"
      sx={tableLook}
      aria-label="Results"
    >
      <Column label="Order" disableSort render={({ orderId }) => <ShortId id={orderId} what="order id" />} />
      <Column label="Study" disableSort render={({ studyId }) => <StudyIdLink id={studyId} />} />
      <Column
        source="productId"
        label="Product"
        render={({ product, productVersion }) => (
          <>
            {product}{" "}
            <Box component="span" sx={{ color: "text.secondary" }}>
              {productVersion}
            </Box>
          </>
        )}
      />
      <Column source="kind" label="Kind" render={(result) => <ResultKind result={result} />} />
      <Column
        source="createdAt"
        label="Finished"
        render={({ createdAt }) => (
          <Box component="span" sx={{ whiteSpace: "nowrap" }}>
            <TimeText at={createdAt} />
          </Box>
        )}
      />
      <Column
        label="Deliveries"
        disableSort
        render={({ deliveries }) => <DeliveryChips deliveries={deliveries} />}
      />
      <Column label="Actions" disableSort render={(result) => <ResultActions result={result} />} />
    </DataTable>
  );
}

export function ResultKind({ result: { kind, error } }: { readonly result: ResultRow }) {
  return (
    <Box sx={{ display: "inline-grid", justifyItems: "start", gap: 0.5, py: 0.5 }}>
      <KindChip kind={kind} />
      {error && (
        <Box sx={{ fontSize: "0.8125rem", maxWidth: 300 }}>
          {error.message}{" "}
          <Box component="code" sx={{ color: "text.secondary" }}>
            {error.code}
          </Box>
        </Box>
      )}
    </Box>
  );
}

export function ResultActions({ result }: { readonly result: ResultRow }) {
  return (
    <Box sx={{ display: "flex", alignItems: "center", whiteSpace: "nowrap" }}>
      <ViewResult result={result} />
      <DownloadsMenu result={result} />
      <SendAgain resultId={result.id} deliveries={result.deliveries} variant="text" />
    </Box>
  );
}
