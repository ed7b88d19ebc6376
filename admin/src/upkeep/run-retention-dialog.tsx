// Asks before retention runs now: with the numbers of what it deletes, and a typed word when studies are among it.
import { Alert, Skeleton } from "@mui/material";
import { ErrorState, fileSize } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { PreviewRetentionAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { recordCount } from "./retention-counts.ts";

export function RunRetentionDialog({ onClose }: { readonly onClose: () => void }) {
  const {
    data: sight,
    error,
    refetch,
  } = useReading<PreviewRetentionAnswer>("retention", "/api/retention-preview");
  const studies = sight?.studies.count ?? 0;
  return (
    <ConfirmDialog
      title="Delete now what is older than it is to be kept?"
      verb="Delete now"
      tone="error"
      {...(studies > 0 || !sight ? { word: "delete" } : {})}
      act={() => async (call) => {
        await call("/api/chores/retention/run", { method: "POST" });
        return "It is being done.";
      }}
      onClose={onClose}
    >
      {error && (
        <ErrorState title="What would go could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!sight && !error && <Skeleton height={70} />}
      {sight && (
        <Alert severity={studies > 0 ? "warning" : "info"}>
          {studies === 0
            ? "No study goes"
            : `${studies === 1 ? "1 study goes" : `${studies} studies go`} for good (${fileSize(sight.studies.bytes)})`}
          , and with it {recordCount(sight)} records and {sight.logs.files} log files. Nobody can bring them
          back.
        </Alert>
      )}
    </ConfirmDialog>
  );
}
