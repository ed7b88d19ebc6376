// The list of results with where they went.
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import { Button, Paper, Typography, useMediaQuery, useTheme } from "@mui/material";
import { EmptyState, ErrorState, Late, numberText, say } from "@thalamus/sdk/ui";
import { ListBase, useListContext } from "react-admin";
import { useNavigate } from "react-router";
import type { ResultRow } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { IdFilter } from "../list/id-filter.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { Paging } from "../list/paging.tsx";
import { useRowKeys } from "../list/row-keys.ts";
import { SHOWN_IN_PLACE } from "../list/shown-in-place.ts";
import { ExternalOrders } from "./external-orders.tsx";
import { ResultBulkBar } from "./result-bulk-bar.tsx";
import { ResultCards } from "./result-cards.tsx";
import { ResultFilterBar } from "./result-filter-bar.tsx";
import { ResultTable } from "./result-table.tsx";

const NEWEST_FIRST = { field: "createdAt", order: "DESC" } as const;

export function ResultsPage() {
  return (
    <ListBase<ResultRow>
      resource="results"
      sort={NEWEST_FIRST}
      perPage={25}
      disableSyncWithLocation
      storeKey={false}
      exporter={false}
      queryOptions={SHOWN_IN_PLACE}
    >
      <ResultList />
    </ListBase>
  );
}

function ResultList() {
  const { error, refetch, data, total, onToggleItem } = useListContext<ResultRow>();
  const navigate = useNavigate();
  useRowKeys({ onChoose: onToggleItem, acts: { p: (id) => void navigate(`/results/${id}`) } });
  const count = total === undefined ? undefined : numberText(total);
  return (
    <>
      <PageHeading
        title={say("Results")}
        aside={count !== undefined && <Typography sx={{ color: "text.secondary" }}>{count}</Typography>}
      >
        <IdFilter />
      </PageHeading>
      {error && (
        <ErrorState
          title={say("The results could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see them as they were.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      <Paper variant="outlined" sx={{ overflow: "hidden", borderRadius: 1.5 }}>
        <ResultFilterBar />
        <ResultBulkBar />
        <ResultRows />
      </Paper>
      <ExternalOrders />
    </>
  );
}

function ResultRows() {
  const { data, isPending, filterValues, setFilters } = useListContext<ResultRow>();
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  if (isPending) {
    return (
      <Late>
        <ListSkeleton rows={8} />
      </Late>
    );
  }
  if (!data) return null;
  if (data.length === 0) {
    const filtered = Object.keys(filterValues).length > 0;
    return (
      <EmptyState
        icon={DescriptionOutlined}
        title={filtered ? say("No match") : say("No results yet")}
        action={
          filtered && (
            <Button variant="outlined" onClick={() => setFilters({})}>
              {say("Clear filters")}
            </Button>
          )
        }
      >
        {!filtered && say("A result shows up here when a product is done with a study.")}
      </EmptyState>
    );
  }
  return (
    <>
      {wide ? <ResultTable results={data} /> : <ResultCards results={data} />}
      <Paging />
    </>
  );
}
