// A list that is read from its newest line on, and further back when somebody asks for older ones.
import { Box, Button } from "@mui/material";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ErrorState, Late, say } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { ListSkeleton } from "./list-skeleton.tsx";
import { useCallOrLeave } from "./reading.ts";

const AT_ONCE = 50;

export interface OlderLinesProps<T> {
  /** Of what was read, for those who tell that it changed; the filter is added. */
  readonly queryKey: readonly string[];
  /** Answers `{data}` to `limit` and `before`, the id of the last line that is known. */
  readonly path: string;
  readonly filter: Readonly<Record<string, string | undefined>>;
  /** What failed, such as "The receipts could not be read". */
  readonly failed: string;
  readonly stillWorks: string;
  /** Shown when there is no line. */
  readonly nothing: ReactNode;
  readonly children: (lines: readonly T[]) => ReactNode;
}

export function OlderLines<T extends { readonly id: string }>(props: OlderLinesProps<T>) {
  const { queryKey, path, filter, failed, stillWorks, nothing, children } = props;
  const call = useCallOrLeave();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [...queryKey, filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: AT_ONCE, before: pageParam };
      return call<{ readonly data: readonly T[] }>(path, { query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ data: rows }) => (rows.length < AT_ONCE ? undefined : rows.at(-1)?.id),
  });
  const lines = data?.pages.flatMap((page) => page.data);
  return (
    <>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={failed}
            error={error}
            {...(data ? { stillWorks } : {})}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!lines && !error && (
        <Late>
          <ListSkeleton rows={8} />
        </Late>
      )}
      {lines?.length === 0 && nothing}
      {lines && lines.length > 0 && children(lines)}
      {hasNextPage && (
        <Box sx={{ display: "grid", placeItems: "center", p: 2 }}>
          <Button variant="outlined" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {say("Show older ones")}
          </Button>
        </Box>
      )}
    </>
  );
}
