// One result: the report as a picture with its values, the PDF, and all files.
import ArrowBackOutlined from "@mui/icons-material/ArrowBackOutlined";
import { Alert, AlertTitle, Box, Button, Paper, Skeleton, Tab, Tabs } from "@mui/material";
import { ErrorState, Late, ShortId, shortId, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useGetOne } from "react-admin";
import { Link, useParams } from "react-router";
import type { ResultRow } from "../api.gen.ts";
import { SendAgain } from "../deliveries/send-again.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { DeliveryChips } from "./delivery-chips.tsx";
import { DownloadsMenu } from "./downloads-menu.tsx";
import { FilesTable } from "./files-table.tsx";
import { KindChip } from "./kind-chip.tsx";
import { PdfView } from "./pdf-view.tsx";
import { ReportView } from "./report-view.tsx";
import { findFile } from "./result-files.ts";

export function ResultPage() {
  const { id = "" } = useParams();
  const { data: result, error, refetch } = useGetOne<ResultRow>("results", { id });
  return (
    <>
      <Button
        component={Link}
        to="/results"
        size="small"
        startIcon={<ArrowBackOutlined />}
        sx={{ mb: 1, ml: -0.5 }}
      >
        Results
      </Button>
      <PageHeading title={`Result ${shortId(id)}`} aside={result && <KindChip kind={result.kind} />}>
        {result && <SendAgain resultId={result.id} deliveries={result.deliveries} />}
        {result && <DownloadsMenu result={result} wide />}
      </PageHeading>
      {error && (
        <ErrorState title="This result could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {result ? (
        <ResultFile result={result} />
      ) : (
        !error && (
          <Late>
            <Skeleton variant="rounded" height={420} role="status" aria-label="Loading" />
          </Late>
        )
      )}
    </>
  );
}

function ResultFile({ result }: { result: ResultRow }) {
  const { product, productVersion, createdAt, orderId, studyId, error, warnings, deliveries } = result;
  const pdf = findFile(result, "report", "application/pdf");
  const pictured = findFile(result, "preview", "image/") !== undefined;
  const [tab, setTab] = useState<"report" | "pdf" | "files">(pictured || !pdf ? "report" : "pdf");
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: "4px 20px", mb: 2, color: "text.secondary" }}>
        <span>
          {product} {productVersion}
        </span>
        <span>
          finished <TimeText at={createdAt} />
        </span>
        <span>
          order <ShortId id={orderId} what="order id" />
        </span>
        <span>
          study <StudyIdLink id={studyId} />
        </span>
        <DeliveryChips deliveries={deliveries} />
      </Box>
      {error && (
        <Alert severity="error" variant="outlined" sx={{ mb: 2, bgcolor: "background.paper" }}>
          <AlertTitle>No diagnostic result</AlertTitle>
          {error.message} <code>{error.code}</code>
        </Alert>
      )}
      {warnings.map((warning) => (
        <Alert
          key={warning}
          severity="warning"
          variant="outlined"
          sx={{ mb: 1, bgcolor: "background.paper" }}
        >
          {warning}
        </Alert>
      ))}
      <Paper variant="outlined" sx={{ borderRadius: 1.5, overflow: "hidden" }}>
        <Tabs
          value={tab}
          onChange={(_, to: typeof tab) => setTab(to)}
          aria-label="Views of the result"
          sx={{ borderBottom: 1, borderColor: "divider", px: 1 }}
        >
          <Tab value="report" label="Report" id="result-tab-report" aria-controls="result-tab-panel" />
          {pdf && <Tab value="pdf" label="PDF" id="result-tab-pdf" aria-controls="result-tab-panel" />}
          <Tab value="files" label="Files" id="result-tab-files" aria-controls="result-tab-panel" />
        </Tabs>
        <Box
          role="tabpanel"
          id="result-tab-panel"
          aria-labelledby={`result-tab-${tab}`}
          sx={{ p: { xs: 1.5, md: 2.5 } }}
        >
          {tab === "report" && <ReportView result={result} />}
          {tab === "pdf" && pdf && <PdfView result={result} file={pdf} />}
          {tab === "files" && <FilesTable result={result} />}
        </Box>
      </Paper>
    </>
  );
}
