// Asks before a study is deleted for good: says what will go and what stays, and wants its id typed.
import { Alert, Box, Skeleton } from "@mui/material";
import { ErrorState, fileSize, say, shortId } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../../acts/confirm-dialog.tsx";
import type { StudyStory } from "../../hub-data.ts";
import { markGone } from "../../live/gone-studies.ts";
import { imagesWords, seriesWords } from "../count-words.ts";
import { useStudyStory } from "../study-story.ts";
import type { StudyDialogProps } from "./study-act-dialogs.tsx";

export function DeleteStudyDialog({ study: { id }, onClose, onDeleted }: StudyDialogProps) {
  const { data: story, error, refetch } = useStudyStory(id);
  return (
    <ConfirmDialog
      title={say("Delete study %{id} for good?", { id: shortId(id) })}
      verb={say("Delete the study")}
      tone="error"
      word={shortId(id)}
      act={() => async (call) => {
        await call(`/api/studies/${id}`, { method: "DELETE" });
        markGone(id);
        return say("Study %{id} was deleted.", { id: shortId(id) });
      }}
      onClose={onClose}
      {...(onDeleted ? { onDone: onDeleted } : {})}
    >
      {error && (
        <ErrorState
          title={say("What belongs to it could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {story ? <WhatGoes story={story} /> : !error && <Skeleton height={120} />}
      <Alert severity="warning">{say("Nobody can bring it back.")}</Alert>
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
      <Box component="section" aria-label={say("What goes")}>
        <strong>{say("What goes:")}</strong>
        <Box component="ul" sx={LIST}>
          <li>
            {say("%{images} in %{series}, %{size}, and every de-identified copy of them", {
              images: imagesWords(instanceCount),
              series: seriesWords(seriesCount),
              size: fileSize(bytes),
            })}
          </li>
          <li>
            {say("%{orders} and %{results}", {
              orders: say("%{count} order |||| %{count} orders", { count: orders.length }),
              results: say("%{count} result |||| %{count} results", { count: results.length }),
            })}
            {files > 0 && say(" with %{count} file |||| with %{count} files", { count: files })}
          </li>
          <li>{say("every value of the patient, and the pseudonyms that nothing else needs")}</li>
        </Box>
      </Box>
      <Box component="section" aria-label={say("What stays")}>
        <strong>{say("What stays:")}</strong>
        <Box component="ul" sx={LIST}>
          {where !== "" && <li>{say("what arrived at %{where}", { where })}</li>}
          <li>{say("journal and receipts, with ids and no value of the patient")}</li>
        </Box>
      </Box>
    </>
  );
}

const LIST = { m: 0, mt: 0.5, pl: 2.5 } as const;
