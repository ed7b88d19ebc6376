// Upload a study by hand: choose, say what is known, send; the dock shows how far it is and what became of it.
import { Alert, Paper } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { callApi, ErrorState, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { GetUploadOptionsAnswer } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import type { ChosenUpload } from "./chosen-files.ts";
import { keptUploads } from "./kept-uploads.ts";
import { RecentUploads } from "./recent-uploads.tsx";
import { UploadForm } from "./upload-form.tsx";
import { uploadQueue } from "./upload-queue.ts";

export default function UploadPage() {
  const {
    data: options,
    error,
    refetch,
  } = useQuery({
    queryKey: ["upload-options"],
    queryFn: ({ signal }) => callApi<GetUploadOptionsAnswer>("/api/uploads/options", { signal }),
  });
  const [begun, setBegun] = useState(0);
  const start = async (chosen: ChosenUpload, form: object) => {
    await uploadQueue.add(chosen, form);
    setBegun((count) => count + 1);
  };
  return (
    <>
      <PageHeading title={say("Upload")} />
      {error && (
        <ErrorState
          title={say("The upload page could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {begun > 0 && (
        <Alert severity="info" role="status" sx={{ mb: 2, maxWidth: 820 }}>
          {say(
            "It is on its way. You can look at other pages and upload more meanwhile; keep this window open.",
          )}
        </Alert>
      )}
      <Paper variant="outlined" sx={{ p: { xs: 2, sm: 3 }, borderRadius: 1.5, maxWidth: 820 }}>
        {options && <UploadForm key={begun} options={options} onChosen={goesOn} onStart={start} />}
      </Paper>
      <RecentUploads />
    </>
  );
}

/** What was stopped before goes on when it is chosen here, too. */
function goesOn(chosen: ChosenUpload): boolean {
  const stopped = keptUploads.stopped().find(({ fingerprint }) => fingerprint === chosen.fingerprint);
  if (stopped) uploadQueue.goOn(chosen, stopped);
  return stopped !== undefined;
}
