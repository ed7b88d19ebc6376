// What a page of a plugin shows: drawn from data, or by its script; a fault in it stays in it.
import { Alert, Box, Button } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { ApiFault, callApi, ErrorBoundary, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { useCallback } from "react";
import type { GetPluginPageAnswer, PluginPageInfo } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { loadPage } from "./load-script.ts";
import { PageBlocks } from "./page-blocks.tsx";

export interface PageViewProps {
  readonly page: PluginPageInfo;
  readonly studyId?: string;
}

export function PageView({ page, studyId }: PageViewProps) {
  const { entry, id, script, problem } = page;
  if (problem !== undefined)
    return <Alert severity="error">{say("This page cannot be shown. %{problem}", { problem })}</Alert>;
  return (
    <ErrorBoundary resetKey={`${entry}/${id}/${studyId ?? ""}`}>
      {script ? <Scripted page={page} studyId={studyId} /> : <Described page={page} studyId={studyId} />}
    </ErrorBoundary>
  );
}

interface ContentProps {
  readonly page: PluginPageInfo;
  readonly studyId: string | undefined;
}

const addressOf = ({ entry, id }: PluginPageInfo): string => `/api/plugin-pages/${entry}/${id}`;

/** Drawn from data. */
function Described({ page, studyId }: ContentProps) {
  const name = `plugin-page-${page.entry}-${page.id}`;
  const { data, error, refetch, isFetching } = useReading<GetPluginPageAnswer>(name, addressOf(page), {
    query: { studyId },
  });
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      {error && (
        <ErrorState
          title={say("The plugin could not say what this page shows")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <Waiting />}
      {data && <PageBlocks blocks={data.blocks} entry={page.entry} />}
      {data && (
        <Box>
          <Button size="small" loading={isFetching} onClick={() => void refetch()}>
            {say("Ask again")}
          </Button>
        </Box>
      )}
    </Box>
  );
}

/** Drawn by the plugin's own script. */
function Scripted({ page, studyId }: ContentProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["plugin-script", page.entry, page.id, page.script?.integrity],
    // a component is a function, which a state would call
    queryFn: async () => ({ Page: await loadPage(page) }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const load = useCallback(() => callApi(addressOf(page), { query: { studyId } }), [page, studyId]);
  if (error) {
    const fault = new ApiFault(0, "plugin.script", (error as Error).message);
    return (
      <ErrorState
        title={say("The page of this plugin is not shown")}
        error={fault}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <Waiting />;
  return <data.Page entry={page.entry} page={page.id} studyId={studyId} load={load} />;
}

const Waiting = () => (
  <Late>
    <ListSkeleton rows={4} />
  </Late>
);
