// What came back for the study, newest first.
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import { Alert, AlertTitle, Box, Stack, Typography } from "@mui/material";
import { EmptyState, TimeText } from "@thalamus/sdk/ui";
import type { ResultRow } from "../../api.gen.ts";
import { DownloadsMenu } from "../../results/downloads-menu.tsx";
import { IndexTable } from "../../results/index-table.tsx";
import { KindChip } from "../../results/kind-chip.tsx";
import { ViewResult } from "../../results/view-result.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

export function ResultsTab({ story: { study, results, steps } }: StudyTabProps) {
  const failed = steps.filter(({ phase, message }) => phase === "process" && message !== null);
  if (results.length === 0 && failed.length > 0) {
    return failed.map(({ id, target, state, message, code }) => (
      <Alert
        key={id}
        severity={state === "rejected" ? "error" : "warning"}
        variant="outlined"
        sx={{ mb: 1.5 }}
      >
        <AlertTitle>{state === "rejected" ? `${target} gave no result` : `${target} tries again`}</AlertTitle>
        {message} <code>{code}</code>
      </Alert>
    ));
  }
  if (results.length === 0) {
    return (
      <EmptyState icon={DescriptionOutlined} title="No result yet">
        It shows up here by itself when the product is done.
      </EmptyState>
    );
  }
  return (
    <Stack spacing={4}>
      {results.map((result) => (
        <ResultBrief key={result.id} result={result} latest={study.revision} />
      ))}
    </Stack>
  );
}

const MOST_INDEXES = 8;

interface ResultBriefProps {
  readonly result: ResultRow;
  /** Revision the study is at. */
  readonly latest: number;
}

function ResultBrief({ result, latest }: ResultBriefProps) {
  const { revision, product, productVersion, createdAt, kind, error, indexes } = result;
  return (
    <Box component="section" aria-label={`Result of ${product}`}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 1.5 }}>
        <Typography variant="h2" component="h3">
          {product}
        </Typography>
        <KindChip kind={kind} />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {productVersion} · <TimeText at={createdAt} />
          {latest > 1 && ` · revision ${revision}${revision < latest ? ", before later images came" : ""}`}
        </Box>
        <Box sx={{ flex: 1 }} />
        <ViewResult result={result} />
        <DownloadsMenu result={result} />
      </Box>
      {error && (
        <Alert severity="error" variant="outlined" sx={{ mb: 1.5 }}>
          {error.message} <code>{error.code}</code>
        </Alert>
      )}
      {indexes.length > 0 && <IndexTable indexes={indexes.slice(0, MOST_INDEXES)} />}
    </Box>
  );
}
