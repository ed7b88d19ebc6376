// One upload in the dock: how far it is, what can be done about it, and what became of it.
import CloseOutlined from "@mui/icons-material/CloseOutlined";
import { Alert, Box, Button, IconButton, LinearProgress, Stack, Tooltip, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { callApi, durationWords, fileSize, useNow } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { UploadRow } from "../api.gen.ts";
import type { TransferView } from "./transfer.ts";
import { UploadEnd } from "./upload-end.tsx";
import { uploadQueue } from "./upload-queue.ts";

/** The live line tells sooner; this is for when it is down. */
const ASK_MS = 2000;

export function TransferLine({ view }: { readonly view: TransferView }) {
  const { id, words, total, state, names } = view;
  const { data: upload } = useQuery({
    queryKey: ["uploads", id],
    queryFn: ({ signal }) => callApi<UploadRow>(`/api/uploads/${id}`, { signal }),
    enabled: state === "sent",
    refetchInterval: ({ state: query }) => (query.data?.finishedAt ? false : ASK_MS),
  });
  const isOver = upload !== undefined && upload.finishedAt !== null;
  return (
    <Stack spacing={1}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
        <Typography sx={{ flex: 1, fontWeight: 550 }}>
          {words}, {fileSize(total)}
        </Typography>
        {(isOver || state === "refused") && <Remove id={id} words={words} />}
      </Box>
      {isOver ? (
        <UploadEnd upload={upload} names={names} />
      ) : state === "sent" ? (
        <TakingIn upload={upload} />
      ) : (
        <Sending view={view} />
      )}
    </Stack>
  );
}

function Remove({ id, words }: { readonly id: string; readonly words: string }) {
  const label = `Remove ${words} from the list`;
  return (
    <Tooltip title="Remove from the list">
      <IconButton size="small" aria-label={label} onClick={() => uploadQueue.remove(id)}>
        <CloseOutlined fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}

function Sending({ view }: { readonly view: TransferView }) {
  const { id, state, sent, total, problem } = view;
  const percent = total > 0 ? (100 * sent) / total : 0;
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Typography variant="body2">{stateWords(view)}</Typography>
      {state === "lost" && <Countdown view={view} />}
      <LinearProgress variant="determinate" value={percent} aria-label="Sent" />
      {state === "refused" && <Alert severity="warning">{problem}</Alert>}
      <Stack direction="row" spacing={1}>
        {state === "lost" && (
          <Button size="small" variant="outlined" onClick={() => uploadQueue.retryNow(id)}>
            Retry now
          </Button>
        )}
        {state === "paused" || state === "refused" ? (
          <Button size="small" variant="contained" onClick={() => uploadQueue.resume(id)}>
            Go on
          </Button>
        ) : (
          <Button size="small" variant="outlined" onClick={() => uploadQueue.pause(id)}>
            Pause
          </Button>
        )}
        <Button size="small" color="error" onClick={() => setAsks(true)}>
          Cancel upload
        </Button>
      </Stack>
      {asks && <CancelDialog id={id} percent={percent} onClose={() => setAsks(false)} />}
    </>
  );
}

function stateWords({ state, sent, total, speed }: TransferView): string {
  const percent = Math.floor((100 * sent) / Math.max(total, 1));
  const left = speed > 0 ? `, about ${durationWords(((total - sent) / speed) * 1000)} left` : "";
  const far = `${fileSize(sent)} of ${fileSize(total)}`;
  return {
    queued: sent > 0 ? `Waits for its turn at ${percent} %` : "Waits for its turn",
    sending: `Sending: ${far}${speed > 0 ? `, ${fileSize(speed)}/s` : ""}${left}`,
    lost: `${percent} % are there`,
    paused: `Paused at ${percent} %: ${far} are there`,
    refused: `Stopped at ${percent} %`,
    sent: "Sent",
  }[state];
}

function Countdown({ view: { retryAt, problem } }: { readonly view: TransferView }) {
  const now = useNow(1000);
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  return (
    <Alert severity="warning" icon={false} sx={{ py: 0 }}>
      {problem === "" ? "Connection lost, retrying" : `${problem} Retrying`} in {seconds} s
    </Alert>
  );
}

export interface CancelDialogProps {
  readonly id: string;
  readonly percent: number;
  readonly onClose: () => void;
}

export function CancelDialog({ id, percent, onClose }: CancelDialogProps) {
  return (
    <ConfirmDialog
      title="Cancel this upload?"
      verb="Cancel upload"
      tone="error"
      act={() => async () => {
        await uploadQueue.cancel(id);
        return "The upload was cancelled.";
      }}
      onClose={onClose}
    >
      <Typography>
        The hub throws away what arrived of it ({Math.floor(percent)} %). Sending it later begins anew.
      </Typography>
    </ConfirmDialog>
  );
}

function TakingIn({ upload }: { readonly upload: UploadRow | undefined }) {
  const { stored = 0, duplicate = 0, files = 0 } = upload?.counts ?? {};
  const taken = stored + duplicate;
  return (
    <>
      <Typography variant="body2">
        {taken > 0
          ? `Taking in: ${taken} of ${files} files`
          : "All of it arrived. The hub looks through the files."}
      </Typography>
      <LinearProgress
        aria-label="Taken in"
        {...(taken > 0 ? { variant: "determinate", value: (100 * taken) / Math.max(files, 1) } : {})}
      />
      {upload?.message != null && <Alert severity="warning">{upload.message}</Alert>}
    </>
  );
}
