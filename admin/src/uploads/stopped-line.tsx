// An upload that was stopped by a reload or a closed tab: it goes on when the same folder or file is chosen again.
import { Alert, Button, Stack, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { ApiFault, callApi, fileSize, say } from "@thalamus/sdk/ui";
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
  const facts = { files: filesWords(files), size: fileSize(bytes), percent };
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
        {isFolder
          ? say("Upload of a folder with %{files}, %{size}, stopped at %{percent} %:", facts)
          : say("Upload of %{files}, %{size}, stopped at %{percent} %:", facts)}{" "}
        {!isMine
          ? say("only %{by} can go on with it.", { by })
          : isFolder
            ? say("choose the same folder to go on.")
            : say("choose the same file to go on.")}
      </Typography>
      {other && (
        <Alert severity="warning" role="alert">
          {say("That is something else: %{files}, %{size}. Names and sizes have to be the same.", {
            files: other.words,
            size: fileSize(other.blob.size),
          })}
        </Alert>
      )}
      <Stack direction="row" spacing={1} sx={isMine ? {} : { display: "none" }}>
        <Button size="small" variant="contained" onClick={() => field.current?.click()}>
          {isFolder ? say("Choose the same folder") : say("Choose the same file")}
        </Button>
        <Button size="small" color="error" onClick={() => setAsks(true)}>
          {say("Cancel upload")}
        </Button>
      </Stack>
      <input
        ref={field}
        hidden
        type="file"
        multiple={isFolder}
        aria-label={isFolder ? say("Folder to go on with") : say("File to go on with")}
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
