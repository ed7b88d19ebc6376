// An upload that was stopped by a reload or a closed tab: it goes on when the same folder or file is chosen again.
import { Alert, Button, Stack, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { ApiFault, callApi, fileSize } from "@thalamus/sdk/ui";
import { type ChangeEvent, useEffect, useRef, useState } from "react";
import { useGetIdentity } from "react-admin";
import type { UploadRow } from "../api.gen.ts";
import { type ChosenUpload, chosenUpload, filesOf, filesWords } from "./chosen-files.ts";
import { type KeptUpload, keptUploads } from "./kept-uploads.ts";
import { CancelDialog } from "./transfer-line.tsx";
import { uploadQueue } from "./upload-queue.ts";

/** The hub keeps no names and this browser must not, so only what was chosen can tell. */
export function StoppedLine({ upload }: { readonly upload: KeptUpload }) {
  const { id, files, bytes } = upload;
  const { percent, by } = useAtHub(upload);
  const { identity } = useGetIdentity();
  const isMine = by === undefined || by === identity?.fullName;
  const [other, setOther] = useState<ChosenUpload>();
  const [asks, setAsks] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const isFolder = files > 1;
  const what = isFolder ? "folder" : "file";
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = chosenUpload(filesOf(target.files));
    if (chosen?.fingerprint === upload.fingerprint) uploadQueue.goOn(chosen, upload);
    else setOther(chosen);
    // the same wrong one may be chosen again
    target.value = "";
  };
  return (
    <Stack spacing={1}>
      <Typography>
        Upload of {isFolder ? "a folder with " : ""}
        {filesWords(files)}, {fileSize(bytes)}, stopped at {percent} %:{" "}
        {isMine ? `choose the same ${what} to go on.` : `only ${by} can go on with it.`}
      </Typography>
      {other && (
        <Alert severity="warning" role="alert">
          That is something else: {other.words}, {fileSize(other.blob.size)}. Names and sizes have to be the
          same.
        </Alert>
      )}
      <Stack direction="row" spacing={1} sx={isMine ? {} : { display: "none" }}>
        <Button size="small" variant="contained" onClick={() => field.current?.click()}>
          Choose the same {what}
        </Button>
        <Button size="small" color="error" onClick={() => setAsks(true)}>
          Cancel upload
        </Button>
      </Stack>
      <input
        ref={field}
        hidden
        type="file"
        multiple={isFolder}
        aria-label={isFolder ? "Folder to go on with" : "File to go on with"}
        onChange={choose}
        {...(isFolder ? { webkitdirectory: "" } : {})}
      />
      {asks && <CancelDialog id={id} percent={percent} onClose={() => setAsks(false)} />}
    </Stack>
  );
}

/** How far the hub is with it, and whose it is; what is over there is over here. */
function useAtHub({ id, percent }: KeptUpload): {
  readonly percent: number;
  readonly by: string | undefined;
} {
  const { data, error } = useQuery({
    queryKey: ["uploads", id],
    queryFn: ({ signal }) => callApi<UploadRow>(`/api/uploads/${id}`, { signal }),
  });
  const isGone = error instanceof ApiFault && error.status === 404;
  const isOver = isGone || (data !== undefined && !["created", "receiving"].includes(data.state));
  useEffect(() => {
    if (isOver) keptUploads.forget(id);
  }, [id, isOver]);
  const there = data?.bytes ? Math.floor((100 * data.receivedBytes) / data.bytes) : 0;
  return { percent: Math.max(percent, there), by: data?.by };
}
