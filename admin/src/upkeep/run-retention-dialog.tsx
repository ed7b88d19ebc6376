// Asks before retention runs now: with the numbers of what it deletes, and a typed word when studies are among it.
import { Alert, Skeleton } from "@mui/material";
import { ErrorState, fileSize, say } from "@thalamus/sdk/ui";
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
      title={say("Delete now what is older than it is to be kept?")}
      verb={say("Delete now")}
      tone="error"
      {...(studies > 0 || !sight ? { word: "delete" } : {})}
      act={() => async (call) => {
        await call("/api/chores/retention/run", { method: "POST" });
        return say("It is being done.");
      }}
      onClose={onClose}
    >
      {error && (
        <ErrorState
          title={say("What would go could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!sight && !error && <Skeleton height={70} />}
      {sight && (
        <Alert severity={studies > 0 ? "warning" : "info"}>
          {studies === 0
            ? say("No study goes.")
            : say("1 study goes for good (%{size}). |||| %{count} studies go for good (%{size}).", {
                count: studies,
                size: fileSize(sight.studies.bytes),
              })}{" "}
          {say("With it go %{records} records and %{files} log files. Nobody can bring them back.", {
            records: recordCount(sight),
            files: sight.logs.files,
          })}
        </Alert>
      )}
    </ConfirmDialog>
  );
}
