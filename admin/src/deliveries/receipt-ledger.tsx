// The ledger of receipts, newest first: what was sent where, and what the other side answered.
import ReceiptLongOutlined from "@mui/icons-material/ReceiptLongOutlined";
import { Box, Button, useMediaQuery, useTheme } from "@mui/material";
import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState, ErrorState, Late } from "@thalamus/sdk/ui";
import { useSearchParams } from "react-router";
import type { ListReceiptsAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useCallOrLeave } from "../list/reading.ts";
import { filterOf } from "./receipt-filter.ts";
import { ReceiptFilters } from "./receipt-filters.tsx";
import { ReceiptCards, ReceiptTable } from "./receipt-table.tsx";

const AT_ONCE = 50;

export function ReceiptLedger() {
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const call = useCallOrLeave();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["receipts", "ledger", filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: AT_ONCE, before: pageParam };
      return call<ListReceiptsAnswer>("/api/receipts", { query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ data: rows }) => (rows.length < AT_ONCE ? undefined : rows.at(-1)?.id),
  });
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  const rows = data?.pages.flatMap((page) => page.data);
  const Rows = wide ? ReceiptTable : ReceiptCards;
  return (
    <>
      <ReceiptFilters search={search} onSearch={(next) => setSearch(next, { replace: true })} />
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title="The receipts could not be read"
            error={error}
            {...(data ? { stillWorks: "You see them as they were." } : {})}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!rows && !error && (
        <Late>
          <ListSkeleton rows={8} />
        </Late>
      )}
      {rows?.length === 0 && (
        <Nothing filtered={Object.keys(filter).length > 0} onClear={() => setSearch({}, { replace: true })} />
      )}
      {rows && rows.length > 0 && <Rows receipts={rows} />}
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

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) {
    return (
      <EmptyState icon={ReceiptLongOutlined} title="No receipt yet">
        A line comes with every try to deliver something.
      </EmptyState>
    );
  }
  const clear = (
    <Button variant="outlined" onClick={onClear}>
      Clear filters
    </Button>
  );
  return <EmptyState icon={ReceiptLongOutlined} title="No match" action={clear} />;
}
