// One upload in the dock: how far it is, what can be done about it, and what became of it.
import CloseOutlined from "@mui/icons-material/CloseOutlined";
import { Alert, Box, Button, IconButton, LinearProgress, Stack, Tooltip, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { callApi, durationWords, fileSize, say, useNow } from "@thalamus/sdk/ui";
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
  const label = say("Remove %{words} from the list", { words });
  return (
    <Tooltip title={say("Remove from the list")}>
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
      <LinearProgress variant="determinate" value={percent} aria-label={say("Sent")} />
      {state === "refused" && <Alert severity="warning">{problem}</Alert>}
      <Stack direction="row" spacing={1}>
        {state === "lost" && (
          <Button size="small" variant="outlined" onClick={() => uploadQueue.retryNow(id)}>
            {say("Retry now")}
          </Button>
        )}
        {state === "paused" || state === "refused" ? (
          <Button size="small" variant="contained" onClick={() => uploadQueue.resume(id)}>
            {say("Go on")}
          </Button>
        ) : (
          <Button size="small" variant="outlined" onClick={() => uploadQueue.pause(id)}>
            {say("Pause")}
          </Button>
        )}
        <Button size="small" color="error" onClick={() => setAsks(true)}>
          {say("Cancel upload")}
        </Button>
      </Stack>
      {asks && <CancelDialog id={id} percent={percent} onClose={() => setAsks(false)} />}
    </>
  );
}

function stateWords({ state, sent, total, speed }: TransferView): string {
  const percent = Math.floor((100 * sent) / Math.max(total, 1));
  const left =
    speed > 0 ? say(", about %{span} left", { span: durationWords(((total - sent) / speed) * 1000) }) : "";
  const far = say("%{size} of %{size2}", { size: fileSize(sent), size2: fileSize(total) });
  return {
    queued: sent > 0 ? say("Waits for its turn at %{percent} %", { percent }) : say("Waits for its turn"),
    sending: say("Sending: %{far}%{value}%{left}", {
      far,
      value: speed > 0 ? `, ${fileSize(speed)}/s` : "",
      left,
    }),
    lost: say("%{percent} % are there", { percent }),
    paused: say("Paused at %{percent} %: %{far} are there", { percent, far }),
    refused: say("Stopped at %{percent} %", { percent }),
    sent: say("Sent"),
  }[state];
}

function Countdown({ view: { retryAt, problem } }: { readonly view: TransferView }) {
  const now = useNow(1000);
  const seconds = Math.max(1, Math.ceil((retryAt - now) / 1000));
  return (
    <Alert severity="warning" icon={false} sx={{ py: 0 }}>
      {problem === ""
        ? say("Connection lost, retrying in %{seconds} s", { seconds })
        : say("%{problem} Retrying in %{seconds} s", { problem, seconds })}
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
      title={say("Cancel this upload?")}
      verb={say("Cancel upload")}
      tone="error"
      act={() => async () => {
        await uploadQueue.cancel(id);
        return say("The upload was cancelled.");
      }}
      onClose={onClose}
    >
      <Typography>
        {say("The hub throws away what arrived of it (%{percent} %). Sending it later begins anew.", {
          percent: Math.floor(percent),
        })}
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
          ? say("Taking in: %{taken} of %{files} files", { taken, files })
          : say("All of it arrived. The hub looks through the files.")}
      </Typography>
      <LinearProgress
        aria-label={say("Taken in")}
        {...(taken > 0 ? { variant: "determinate", value: (100 * taken) / Math.max(files, 1) } : {})}
      />
      {upload?.message != null && <Alert severity="warning">{upload.message}</Alert>}
    </>
  );
}
