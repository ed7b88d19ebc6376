// What came back for the study, newest first.
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import { Alert, AlertTitle, Box, Stack, Typography } from "@mui/material";
import { EmptyState, phrase, say, TimeText } from "@thalamus/sdk/ui";
import type { ResultRow, StepRow } from "../../api.gen.ts";
import { StepActs, type StepActsProps } from "../../deliveries/step-acts.tsx";
import { DownloadsMenu } from "../../results/downloads-menu.tsx";
import { IndexTable } from "../../results/index-table.tsx";
import { KindChip } from "../../results/kind-chip.tsx";
import { ViewResult } from "../../results/view-result.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

export function ResultsTab({ story: { study, results, steps } }: StudyTabProps) {
  const stopped = steps.filter((step) => step.phase === "process" && hasTrouble(step));
  if (results.length === 0 && stopped.length === 0) {
    return (
      <EmptyState icon={DescriptionOutlined} title={say("No result yet")}>
        {say("It shows up here by itself when the product is done.")}
      </EmptyState>
    );
  }
  return (
    <Stack spacing={4}>
      {stopped.map((step) => (
        <StoppedStep
          key={step.id}
          step={step}
          latest={study.revision}
          told={results.some(({ error }) => error !== null && error.code === step.code)}
        />
      ))}
      {results.map((result) => (
        <ResultBrief key={result.id} result={result} latest={study.revision} />
      ))}
    </Stack>
  );
}

const hasTrouble = ({ state, message }: StepRow): boolean =>
  message !== null || state === "cancelled" || state === "unknown";

interface StoppedStepProps extends StepActsProps {
  /** The result below says why. */
  readonly told: boolean;
}

function StoppedStep({ step, latest, told }: StoppedStepProps) {
  const { target, state, message, code } = step;
  return (
    <Alert severity={state === "rejected" ? "error" : "warning"} variant="outlined">
      <AlertTitle>{`${target} ${say(TROUBLE[state] ?? TRIES_AGAIN)}`}</AlertTitle>
      {!told && message} {!told && code !== null && <code>{code}</code>}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mt: 1, "&:empty": { display: "none" } }}>
        <StepActs step={step} latest={latest} />
      </Box>
    </Alert>
  );
}

const TROUBLE: Readonly<Partial<Record<StepRow["state"], string>>> = {
  rejected: phrase("gave no result"),
  cancelled: phrase("was cancelled"),
  unknown: phrase("was interrupted while it sent"),
};

const TRIES_AGAIN = phrase("tries again");

const MOST_INDEXES = 8;

interface ResultBriefProps {
  readonly result: ResultRow;
  /** Revision the study is at. */
  readonly latest: number;
}

function ResultBrief({ result, latest }: ResultBriefProps) {
  const { revision, product, productVersion, createdAt, kind, error, indexes } = result;
  return (
    <Box component="section" aria-label={say("Result of %{product}", { product })}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 1.5 }}>
        <Typography variant="h2" component="h3">
          {product}
        </Typography>
        <KindChip kind={kind} />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {productVersion} · <TimeText at={createdAt} />
          {latest > 1 &&
            say(" · revision %{revision}%{value}", {
              revision,
              value: revision < latest ? say(", before later images came") : "",
            })}
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
