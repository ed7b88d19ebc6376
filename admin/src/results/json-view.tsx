// All values of a result as the product wrote them, laid out to be read and searched.
import { Alert, Box, Skeleton } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { CopyButton, ErrorState, Late, MONO, say } from "@thalamus/sdk/ui";
import { useRef } from "react";
import type { ArtifactRow, ResultRow } from "../api.gen.ts";
import { fileAddress } from "./result-files.ts";
import { TextSearch } from "./text-search.tsx";

/** More of it nobody reads here. */
const MOST_CHARACTERS = 300_000;

export function JsonView({ result, file }: { readonly result: ResultRow; readonly file: ArtifactRow }) {
  const text = useRef<HTMLPreElement>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ["result-json", result.id, file.name],
    queryFn: ({ signal }) => laidOut(fileAddress(result, file.name), signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) {
    return (
      <ErrorState
        title={say("The values could not be read")}
        error={error}
        stillWorks={say("The files can still be downloaded.")}
        onRetry={() => void refetch()}
      />
    );
  }
  if (data === undefined) {
    return (
      <Late>
        <Skeleton variant="rounded" height={300} role="status" aria-label={say("Loading")} />
      </Late>
    );
  }
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, mb: 1.5 }}>
        <TextSearch within={text} />
        <Box sx={{ flex: 1 }} />
        <CopyButton text={data} what={say("all values")} />
      </Box>
      {data.length > MOST_CHARACTERS && (
        <Alert severity="info" sx={{ mb: 1 }}>
          {say("Only the beginning is shown. Download the file to see all of it.")}
        </Alert>
      )}
      <Box component="pre" ref={text} tabIndex={0} role="region" aria-label={say("Values as JSON")} sx={TEXT}>
        {data.slice(0, MOST_CHARACTERS)}
      </Box>
    </>
  );
}

async function laidOut(address: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(address, { credentials: "same-origin", signal });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const text = await response.text();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // what is no JSON is shown as it is
    return text;
  }
}

const TEXT = {
  m: 0,
  p: 2,
  maxHeight: "70vh",
  overflow: "auto",
  borderRadius: 1,
  bgcolor: "background.default",
  fontFamily: MONO,
  fontSize: "0.8125rem",
  whiteSpace: "pre-wrap",
  overflowWrap: "anywhere",
} as const;
