// Upload a study by hand: choose, say what is known, send, and see what became of it.
import { Alert, Button, Paper, Stack } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { callApi, ErrorState } from "@thalamus/sdk/ui";
import { useState, useSyncExternalStore } from "react";
import type { GetUploadOptionsAnswer } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import type { ChosenUpload } from "./chosen-files.ts";
import { RecentUploads } from "./recent-uploads.tsx";
import { abandon, transfer, unfinished } from "./transfer.ts";
import { UploadForm } from "./upload-form.tsx";
import { UploadProgress } from "./upload-progress.tsx";

export default function UploadPage() {
  const state = useSyncExternalStore(transfer.subscribe, transfer.current);
  const {
    data: options,
    error,
    refetch,
  } = useQuery({
    queryKey: ["upload-options"],
    queryFn: ({ signal }) => callApi<GetUploadOptionsAnswer>("/api/uploads/options", { signal }),
  });
  const idle = state.state === "idle";
  return (
    <>
      <PageHeading title="Upload">
        {state.state === "sent" && (
          <Button variant="outlined" onClick={transfer.forget}>
            Upload another one
          </Button>
        )}
      </PageHeading>
      {error && (
        <ErrorState title="The upload page could not be read" error={error} onRetry={() => void refetch()} />
      )}
      <Paper variant="outlined" sx={{ p: { xs: 2, sm: 3 }, borderRadius: 1.5, maxWidth: 820 }}>
        {idle ? options && <Beginning options={options} /> : <UploadProgress state={state} />}
      </Paper>
      <RecentUploads />
    </>
  );
}

/** The form; and when an upload broke off before the page was loaded again, the way to go on with it. */
function Beginning({ options }: { readonly options: GetUploadOptionsAnswer }) {
  const [old, setOld] = useState(unfinished);
  const [other, setOther] = useState(false);
  const chosen = (upload: ChosenUpload): boolean => {
    if (old?.fingerprint !== upload.fingerprint) {
      setOther(old !== undefined);
      return false;
    }
    transfer.goOn(upload, old);
    return true;
  };
  const giveUp = () => {
    if (old) void abandon(old.uploadId).finally(() => setOld(undefined));
  };
  return (
    <Stack spacing={2.5}>
      {old && (
        <Alert
          severity="info"
          action={
            <Button color="inherit" size="small" onClick={giveUp}>
              Give it up
            </Button>
          }
        >
          An upload was not finished. Choose the same folder or file again, and it goes on where it stopped.
          {other && " What you chose is something else."}
        </Alert>
      )}
      <UploadForm options={options} onChosen={chosen} onStart={transfer.start} />
    </Stack>
  );
}
