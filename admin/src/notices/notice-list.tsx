// The record of notifications in all its states: loading, empty, nothing found, failed, filled.
import NotificationsNoneOutlined from "@mui/icons-material/NotificationsNoneOutlined";
import { Button, Paper, useMediaQuery, useTheme } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { ListBase, useListContext } from "react-admin";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { Paging } from "../list/paging.tsx";
import { SHOWN_IN_PLACE } from "../list/shown-in-place.ts";
import { NoticeFilters } from "./notice-filters.tsx";
import { NoticeCards, NoticeTable } from "./notice-table.tsx";
import type { NoticeRow } from "./notice-words.ts";

const NEWEST_FIRST = { field: "createdAt", order: "DESC" } as const;
/** Nobody announces them one by one. */
const LOOK_AGAIN = { ...SHOWN_IN_PLACE, refetchInterval: 10_000 } as const;

export function NoticeList() {
  return (
    <ListBase<NoticeRow>
      resource="notices"
      sort={NEWEST_FIRST}
      perPage={25}
      disableSyncWithLocation
      storeKey={false}
      exporter={false}
      queryOptions={LOOK_AGAIN}
    >
      <Paper variant="outlined" sx={{ overflow: "hidden", borderRadius: 1.5 }}>
        <NoticeFilters />
        <NoticeRows />
      </Paper>
    </ListBase>
  );
}

function NoticeRows() {
  const { data, isPending, error, refetch, filterValues, setFilters } = useListContext<NoticeRow>();
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  if (isPending) {
    return (
      <Late>
        <ListSkeleton rows={8} />
      </Late>
    );
  }
  const fault = error && (
    <ErrorState
      title={say("The record could not be read")}
      error={error}
      {...(data ? { stillWorks: say("You see it as it was.") } : {})}
      onRetry={() => void refetch()}
    />
  );
  if (!data) return fault;
  if (data.length === 0) {
    const filtered = Object.keys(filterValues).length > 0;
    return (
      <>
        {fault}
        <EmptyState
          icon={NotificationsNoneOutlined}
          title={filtered ? say("No match") : say("Nothing was told yet")}
          action={
            filtered && (
              <Button variant="outlined" onClick={() => setFilters({})}>
                {say("Clear filters")}
              </Button>
            )
          }
        >
          {!filtered && say("A line comes with every event that somebody wants to be told of.")}
        </EmptyState>
      </>
    );
  }
  return (
    <>
      {fault}
      {wide ? <NoticeTable /> : <NoticeCards notices={data} />}
      <Paging />
    </>
  );
}
