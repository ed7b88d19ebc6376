// De-identification of a study: whether it waits for a person, what was found about pixels, which copies were made.
import ShieldOutlined from "@mui/icons-material/ShieldOutlined";
import { Alert, Box, Skeleton, Stack, Typography } from "@mui/material";
import { callApi, EmptyState, ErrorState, Late, StateChip, say, TimeText } from "@thalamus/sdk/ui";
import { useCallback, useEffect, useState } from "react";
import { useMay } from "../../acts/permission.ts";
import type { CopyRow, ListCopiesAnswer, StepRow } from "../../api.gen.ts";
import { CheckTable } from "./check-table.tsx";
import { CopySection } from "./copy-section.tsx";
import { DeidentificationActions } from "./deidentification-actions.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

export function DeidentificationTab({ story: { study, steps } }: StudyTabProps) {
  const may = useMay();
  // the latest revision is what counts, so it comes first
  const passes = steps.filter(({ phase }) => phase === "deidentify").toReversed();
  const { copies, fault, read } = useCopies(study.id, passes);
  const waiting = passes.filter(({ state, revision }) => state === "held" && revision === study.revision);
  return (
    <Stack spacing={4}>
      {may("deidentification.preview") && <DeidentificationActions study={study} waiting={waiting} />}
      {passes.length === 0 && (
        <EmptyState icon={ShieldOutlined} title={say("Not de-identified")}>
          {say(
            "Studies are de-identified after their checks where the hub sends them out of the house. This one has not come so far, or stays in the house.",
          )}
        </EmptyState>
      )}
      {passes.map((step) => (
        <Pass key={step.id} step={step} copy={copies?.find(({ id }) => id === step.id)} />
      ))}
      {fault !== undefined && (
        <ErrorState title={say("The copies could not be read")} error={fault} onRetry={read} />
      )}
      {copies === undefined && fault === undefined && (
        <Late>
          <Skeleton variant="rounded" height={120} aria-label={say("Loading")} />
        </Late>
      )}
    </Stack>
  );
}

/** Read again whenever a step has come further. */
function useCopies(studyId: string, passes: readonly StepRow[]) {
  const [copies, setCopies] = useState<readonly CopyRow[]>();
  const [fault, setFault] = useState<unknown>();
  const states = passes.map(({ id, state }) => `${id} ${state}`).join();
  const read = useCallback(() => {
    setFault(undefined);
    callApi<ListCopiesAnswer>(`/api/studies/${studyId}/copies`).then(({ data }) => setCopies(data), setFault);
  }, [studyId]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the states say when there may be another copy
  useEffect(read, [read, states]);
  return { copies, fault, read };
}

function Pass({ step, copy }: { step: StepRow; copy: CopyRow | undefined }) {
  const { target, state, revision, settledAt, lines, message, code } = step;
  return (
    <Box component="section" aria-label={say("%{target}, revision %{revision}", { target, revision })}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 1 }}>
        <Typography variant="h2" component="h3">
          {target}
        </Typography>
        <StateChip state={state} done={say("Copied")} />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {settledAt !== null && <TimeText at={settledAt} />}
          {revision > 1 && say(" · revision %{revision}", { revision })}
        </Box>
      </Box>
      {message !== null && (
        <Alert severity={state === "skipped" ? "info" : "error"} variant="outlined" sx={{ mb: 1 }}>
          {message} {code !== null && <code>{code}</code>}
        </Alert>
      )}
      {lines.length > 0 && (
        <CheckTable lines={lines} label={say("Pixels and documents, %{target}", { target })} />
      )}
      {copy && <CopySection copy={copy} />}
    </Box>
  );
}
