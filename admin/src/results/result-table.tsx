// The results of a page as a table, on screens that are wide enough for one.
import { Box, Link as TextLink } from "@mui/material";
import { PhiCell, phrase, ShortId, say, shortId, TimeText } from "@thalamus/sdk/ui";
import { Link } from "react-router";
import type { ResultRow } from "../api.gen.ts";
import { SendAgain } from "../deliveries/send-again.tsx";
import { type RowColumn, RowTable } from "../list/row-table.tsx";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { DeliveryChips } from "./delivery-chips.tsx";
import { DownloadsMenu } from "./downloads-menu.tsx";
import { KindChip } from "./kind-chip.tsx";
import { ViewResult } from "./view-result.tsx";

const COLUMNS: readonly RowColumn<ResultRow>[] = [
  { name: "order", title: phrase("Order id"), cell: (result) => <OrderLink result={result} /> },
  { name: "study", title: phrase("Study"), minWidth: 148, cell: (result) => <ResultStudy result={result} /> },
  {
    name: "product",
    title: phrase("Product"),
    sort: "productId",
    cell: ({ product, productVersion }) => (
      <>
        {product}{" "}
        <Box component="span" sx={{ color: "text.secondary" }}>
          {productVersion}
        </Box>
      </>
    ),
  },
  { name: "kind", title: phrase("Kind"), sort: "kind", cell: (result) => <ResultKind result={result} /> },
  {
    name: "finished",
    title: phrase("Finished"),
    sort: "createdAt",
    cell: ({ createdAt }) => (
      <Box component="span" sx={{ whiteSpace: "nowrap" }}>
        <TimeText at={createdAt} />
      </Box>
    ),
  },
  {
    name: "deliveries",
    title: phrase("Deliveries"),
    cell: ({ deliveries }) => <DeliveryChips deliveries={deliveries} />,
  },
  { name: "acts", title: phrase("Actions"), cell: (result) => <ResultActions result={result} /> },
];

export function ResultTable({ results }: { readonly results: readonly ResultRow[] }) {
  return (
    <RowTable
      label={say("Results")}
      rows={results}
      columns={COLUMNS}
      nameOf={({ id }) => say("result %{id}", { id: shortId(id) })}
      to={({ id }) => `/results/${id}`}
    />
  );
}

export function OrderLink({ result: { id, orderId } }: { readonly result: ResultRow }) {
  return (
    <ShortId id={orderId} what={say("order id")}>
      <TextLink
        component={Link}
        to={`/results/${id}`}
        underline="hover"
        onClick={(event) => event.stopPropagation()}
      >
        {shortId(orderId)}
      </TextLink>
    </ShortId>
  );
}

const PATIENT = ["patientName", "studyName"] as const;

/** A-235 The study by the hub's id, and whose it is when somebody asks. */
export function ResultStudy({ result: { studyId, phi } }: { readonly result: ResultRow }) {
  return (
    <Box sx={{ display: "inline-grid", justifyItems: "start", gap: 0.25 }}>
      <StudyIdLink id={studyId} />
      <PhiCell
        studyId={studyId}
        fields={PATIENT}
        available={phi}
        what={say("patient of study %{id}", { id: shortId(studyId) })}
      />
    </Box>
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
