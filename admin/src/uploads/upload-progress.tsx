// How far an upload is: bytes and speed while it is sent, files while it is taken in, what became of it at the end.
import { Alert, AlertTitle, Box, Button, LinearProgress, Link, Stack, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { callApi, durationWords, fileSize, ShortId, shortId } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import type { UploadRow } from "../api.gen.ts";
import { type Transfer, transfer } from "./transfer.ts";

/** The live line tells sooner; this is for when it is down. */
const ASK_MS = 2000;

export function UploadProgress({ state }: { readonly state: Transfer }) {
  const { uploadId = "" } = state;
  const sent = state.state === "sent";
  const { data: upload } = useQuery({
    queryKey: ["uploads", uploadId],
    queryFn: ({ signal }) => callApi<UploadRow>(`/api/uploads/${uploadId}`, { signal }),
    enabled: sent,
    refetchInterval: ({ state: query }) => (query.data?.finishedAt ? false : ASK_MS),
  });
  if (upload && upload.finishedAt !== null) return <UploadEnd upload={upload} names={state.names} />;
  return (
    <Stack spacing={1.5} aria-live="polite">
      {sent ? <TakingIn upload={upload} /> : <Sending state={state} />}
    </Stack>
  );
}

function Sending({ state }: { readonly state: Transfer }) {
  const { sent, total, speed, problem } = state;
  const percent = total > 0 ? (100 * sent) / total : 0;
  const left = speed > 0 ? `, about ${durationWords(((total - sent) / speed) * 1000)} left` : "";
  const words = {
    sending: `Sending: ${fileSize(sent)} of ${fileSize(total)}${speed > 0 ? `, ${fileSize(speed)}/s` : ""}${left}`,
    paused: `Paused at ${Math.floor(percent)} %: ${fileSize(sent)} of ${fileSize(total)} are there`,
    broken: `Stopped at ${Math.floor(percent)} %`,
  }[state.state as "sending" | "paused" | "broken"];
  return (
    <>
      <Typography>{words}</Typography>
      <LinearProgress variant="determinate" value={percent} aria-label="Sent" />
      {problem !== "" && <Alert severity="warning">{problem}</Alert>}
      <Stack direction="row" spacing={1}>
        {state.state === "sending" ? (
          <Button variant="outlined" onClick={transfer.pause}>
            Pause
          </Button>
        ) : (
          <Button variant="contained" onClick={transfer.resume}>
            Go on
          </Button>
        )}
        <Button color="error" onClick={() => void transfer.cancel()}>
          Cancel upload
        </Button>
      </Stack>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        You can look at other pages meanwhile; keep this window open.
      </Typography>
    </>
  );
}

function TakingIn({ upload }: { readonly upload: UploadRow | undefined }) {
  const { stored = 0, duplicate = 0, files = 0 } = upload?.counts ?? {};
  const taken = stored + duplicate;
  return (
    <>
      <Typography>
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

export interface UploadEndProps {
  readonly upload: UploadRow;
  /** Of the files, by position, when this window has sent them. */
  readonly names: readonly string[];
}

export function UploadEnd({ upload, names }: UploadEndProps) {
  const { state, message, counts, problems, studyIds } = upload;
  const good = state === "done";
  return (
    <Stack spacing={2} role="status">
      <Alert severity={good ? (problems.length > 0 ? "warning" : "success") : "error"}>
        <AlertTitle>{good ? "The upload was taken in" : "Nothing was taken in"}</AlertTitle>
        {good ? countsWords(counts) : (message ?? "The upload was cancelled.")}
      </Alert>
      {studyIds.map((id) => (
        <Box key={id}>
          <Link component={RouterLink} to={`/studies/${id}`}>
            Open study {shortId(id)}
          </Link>
        </Box>
      ))}
      {problems.length > 0 && (
        <Box component="section" aria-label="Problems">
          <Typography variant="h2">Files with problems</Typography>
          <Box component="ul" sx={{ pl: 2.5, my: 1 }}>
            {problems.map(({ position, code, message: words }) => (
              <li key={`${position} ${code}`}>
                {position > 0 ? `File ${position}${inBrackets(names[position - 1])}: ` : ""}
                {words}
              </li>
            ))}
          </Box>
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            Files are counted in their order in the archive or folder; the hub keeps no file names.
          </Typography>
        </Box>
      )}
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        Upload <ShortId id={upload.id} what="upload id" />
      </Typography>
    </Stack>
  );
}

const inBrackets = (name: string | undefined): string => (name === undefined ? "" : ` (${name})`);

function countsWords({ stored, duplicate, revised, skipped, refused }: UploadRow["counts"]): string {
  const parts = [
    [stored, "new"],
    [duplicate, "there already"],
    [revised, "with other content than before"],
    [skipped, "system files passed by"],
    [refused, "not taken"],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `Files: ${words.join(", ")}.`;
}
