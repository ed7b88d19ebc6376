// One result: the report as a page with its values, the PDF, all values as JSON, and all files.
import ArrowBackOutlined from "@mui/icons-material/ArrowBackOutlined";
import NavigateBeforeOutlined from "@mui/icons-material/NavigateBeforeOutlined";
import NavigateNextOutlined from "@mui/icons-material/NavigateNextOutlined";
import { Alert, AlertTitle, Box, Button, Paper, Skeleton, Tab, Tabs } from "@mui/material";
import { ErrorState, Late, ShortId, say, sayWith, shortId, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useGetOne } from "react-admin";
import { Link, useNavigate, useParams } from "react-router";
import type { ResultInfo } from "../api.gen.ts";
import { SendAgain } from "../deliveries/send-again.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { usePageKeys } from "../layout/shortcuts.tsx";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { DeliveryChips } from "./delivery-chips.tsx";
import { DownloadsMenu } from "./downloads-menu.tsx";
import { FilesTable } from "./files-table.tsx";
import { JsonView } from "./json-view.tsx";
import { KindChip } from "./kind-chip.tsx";
import { PdfView } from "./pdf-view.tsx";
import { ReportView } from "./report-view.tsx";
import { findFile } from "./result-files.ts";

export function ResultPage() {
  const { id = "" } = useParams();
  const { data: result, error, refetch } = useGetOne<ResultInfo>("results", { id });
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, mb: 1, ml: -0.5, displayPrint: "none" }}>
        <Button component={Link} to="/results" size="small" startIcon={<ArrowBackOutlined />}>
          {say("Results")}
        </Button>
        <Box sx={{ flex: 1 }} />
        <Neighbours result={result} />
      </Box>
      <PageHeading
        title={say("Result %{id}", { id: shortId(id) })}
        aside={result && <KindChip kind={result.kind} />}
      >
        {result && <SendAgain resultId={result.id} deliveries={result.deliveries} />}
        {result && <DownloadsMenu result={result} wide />}
      </PageHeading>
      {error && (
        <ErrorState
          title={say("This result could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {result ? (
        <ResultFile key={result.id} result={result} />
      ) : (
        !error && (
          <Late>
            <Skeleton variant="rounded" height={420} role="status" aria-label={say("Loading")} />
          </Late>
        )
      )}
    </>
  );
}

/** The results above and below in the list, newest first; `k` and `j` go there, too. */
function Neighbours({ result }: { result: ResultInfo | undefined }) {
  const navigate = useNavigate();
  const { previousId = null, nextId = null } = result ?? {};
  const to = (id: string | null) => () => (id === null ? false : navigate(`/results/${id}`));
  usePageKeys({ k: to(previousId), j: to(nextId) });
  const link = (id: string | null) =>
    id === null ? { disabled: true } : { component: Link, to: `/results/${id}` };
  return (
    <Box component="nav" aria-label={say("Results before and after")} sx={{ display: "flex", gap: 0.5 }}>
      <Button size="small" startIcon={<NavigateBeforeOutlined />} {...link(previousId)}>
        {say("Newer")}
      </Button>
      <Button size="small" endIcon={<NavigateNextOutlined />} {...link(nextId)}>
        {say("Older")}
      </Button>
    </Box>
  );
}

function ResultFile({ result }: { result: ResultInfo }) {
  const { product, productVersion, createdAt, orderId, studyId, error, warnings, deliveries, newerId } =
    result;
  const pdf = findFile(result, "report", "application/pdf");
  const values = findFile(result, "data", "application/json");
  const pictured = findFile(result, "preview", "image/") !== undefined;
  const readable = pictured || result.indexes.length > 0 || !pdf;
  const [tab, setTab] = useState<"report" | "pdf" | "json" | "files">(readable ? "report" : "pdf");
  const newer = newerId !== null && (
    <Button component={Link} to={`/results/${newerId}`} color="inherit" size="small">
      {say("Show it")}
    </Button>
  );
  return (
    <>
      {newer && (
        <Alert severity="info" variant="outlined" action={newer} sx={{ mb: 2, bgcolor: "background.paper" }}>
          {say("There is a newer result of this study and product.")}
        </Alert>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: "4px 20px", mb: 2, color: "text.secondary" }}>
        <span>
          {product} {productVersion}
        </span>
        <span>{sayWith("finished %{time}", { time: <TimeText at={createdAt} /> })}</span>
        <span>
          {say("Order id")} <ShortId id={orderId} what={say("order id")} />
        </span>
        <span>
          {say("Study")} <StudyIdLink id={studyId} />
        </span>
        <DeliveryChips deliveries={deliveries} />
      </Box>
      {error && (
        <Alert severity="error" variant="outlined" sx={{ mb: 2, bgcolor: "background.paper" }}>
          <AlertTitle>{say("No diagnostic result")}</AlertTitle>
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
          aria-label={say("Views of the result")}
          sx={{ borderBottom: 1, borderColor: "divider", px: 1, displayPrint: "none" }}
        >
          <Tab value="report" label={say("Report")} id="result-tab-report" aria-controls="result-tab-panel" />
          {pdf && <Tab value="pdf" label="PDF" id="result-tab-pdf" aria-controls="result-tab-panel" />}
          {values && <Tab value="json" label="JSON" id="result-tab-json" aria-controls="result-tab-panel" />}
          <Tab value="files" label={say("Files")} id="result-tab-files" aria-controls="result-tab-panel" />
        </Tabs>
        <Box
          role="tabpanel"
          id="result-tab-panel"
          aria-labelledby={`result-tab-${tab}`}
          sx={{ p: { xs: 1.5, md: 2.5 } }}
        >
          {tab === "report" && <ReportView result={result} />}
          {tab === "pdf" && pdf && <PdfView result={result} file={pdf} />}
          {tab === "json" && values && <JsonView result={result} file={values} />}
          {tab === "files" && <FilesTable result={result} />}
        </Box>
      </Paper>
    </>
  );
}
