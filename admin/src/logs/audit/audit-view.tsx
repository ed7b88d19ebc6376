// The audit trail: who did what, when, to which study, from where, and how it ended; newest first.
import FactCheckOutlined from "@mui/icons-material/FactCheckOutlined";
import { Box, Button, useMediaQuery, useTheme } from "@mui/material";
import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState, ErrorState, Late } from "@thalamus/sdk/ui";
import { useSearchParams } from "react-router";
import type { ListAuditAnswer } from "../../api.gen.ts";
import { ListSkeleton } from "../../list/list-skeleton.tsx";
import { useCallOrLeave } from "../../list/reading.ts";
import { type AuditFilter, auditFilterOf } from "./audit-filter.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditCards, AuditTable } from "./audit-table.tsx";

const AT_ONCE = 50;

export function AuditView() {
  const [address, setAddress] = useSearchParams();
  const filter = auditFilterOf(address);
  const isFiltered = [...address.keys()].length > 0;
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  return (
    <>
      <AuditFilters {...{ address, filter }} onAddress={(next) => setAddress(next, { replace: true })} />
      <AuditList
        filter={filter}
        isWide={wide}
        {...(isFiltered ? { onClear: () => setAddress({}, { replace: true }) } : {})}
      />
    </>
  );
}

export interface AuditListProps {
  readonly filter: AuditFilter;
  readonly isWide: boolean;
  /** Left out where nothing is filtered. */
  readonly onClear?: () => void;
}

export function AuditList({ filter, isWide, onClear }: AuditListProps) {
  const call = useCallOrLeave();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam, signal }) =>
      call<ListAuditAnswer>("/api/audit", {
        query: { ...filter, limit: AT_ONCE, before: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ data: rows }) => (rows.length < AT_ONCE ? undefined : rows.at(-1)?.id),
  });
  const entries = data?.pages.flatMap((page) => page.data);
  const Lines = isWide ? AuditTable : AuditCards;
  return (
    <>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title="The audit trail could not be read"
            error={error}
            {...(data ? { stillWorks: "You see it as it was." } : {})}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!entries && !error && (
        <Late>
          <ListSkeleton rows={8} />
        </Late>
      )}
      {entries?.length === 0 && <Nothing {...(onClear && { onClear })} />}
      {entries && entries.length > 0 && <Lines entries={entries} />}
      {hasNextPage && (
        <Box sx={{ display: "grid", placeItems: "center", p: 2 }}>
          <Button variant="outlined" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older ones
          </Button>
        </Box>
      )}
    </>
  );
}

function Nothing({ onClear }: { onClear?: () => void }) {
  if (!onClear) {
    return (
      <EmptyState icon={FactCheckOutlined} title="Nobody did anything yet">
        Sign-ins, looks at patient data, changes, decisions and exports are written here for good.
      </EmptyState>
    );
  }
  const clear = (
    <Button variant="outlined" onClick={onClear}>
      Clear filters
    </Button>
  );
  return <EmptyState icon={FactCheckOutlined} title="No match" action={clear} />;
}
