// Asks before a study is deleted for good: says what will go and what stays, and wants its id typed.
import { Alert, Box, Skeleton } from "@mui/material";
import { ErrorState, fileSize, shortId } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../../acts/confirm-dialog.tsx";
import type { StudyStory } from "../../hub-data.ts";
import { markGone } from "../../live/gone-studies.ts";
import { useStudyStory } from "../study-story.ts";
import type { StudyDialogProps } from "./study-act-dialogs.tsx";

export function DeleteStudyDialog({ study: { id }, onClose, onDeleted }: StudyDialogProps) {
  const { data: story, error, refetch } = useStudyStory(id);
  return (
    <ConfirmDialog
      title={`Delete study ${shortId(id)} for good?`}
      verb="Delete the study"
      tone="error"
      word={shortId(id)}
      act={() => async (call) => {
        await call(`/api/studies/${id}`, { method: "DELETE" });
        markGone(id);
        return `Study ${shortId(id)} was deleted.`;
      }}
      onClose={onClose}
      {...(onDeleted ? { onDone: onDeleted } : {})}
    >
      {error && (
        <ErrorState
          title="What belongs to it could not be read"
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {story ? <WhatGoes story={story} /> : !error && <Skeleton height={120} />}
      <Alert severity="warning">Nobody can bring it back.</Alert>
    </ConfirmDialog>
  );
}

function WhatGoes({ story: { study, orders, results, steps } }: { story: StudyStory }) {
  const { instanceCount, seriesCount, bytes } = study;
  const files = results.reduce((sum, { artifacts }) => sum + artifacts.length, 0);
  const gone = steps.filter(({ phase, state }) => phase === "deliver" && state === "done");
  const where = [...new Set(gone.map(({ target }) => target))].join(", ");
  return (
    <>
      <Box component="section" aria-label="What goes">
        <strong>What goes:</strong>
        <Box component="ul" sx={LIST}>
          <li>
            {count(instanceCount, "image", "images")} in {seriesCount} series, {fileSize(bytes)}, and every
            de-identified copy of them
          </li>
          <li>
            {count(orders.length, "order", "orders")} and {count(results.length, "result", "results")}
            {files > 0 && ` with ${count(files, "file", "files")}`}
          </li>
          <li>every value of the patient, and the pseudonyms that nothing else needs</li>
        </Box>
      </Box>
      <Box component="section" aria-label="What stays">
        <strong>What stays:</strong>
        <Box component="ul" sx={LIST}>
          {where !== "" && <li>what arrived at {where}</li>}
          <li>journal and receipts, with ids and no value of the patient</li>
        </Box>
      </Box>
    </>
  );
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const LIST = { m: 0, mt: 0.5, pl: 2.5 } as const;
