// The list of studies in all its states: loading, empty, nothing found, failed, filled.
import SearchOffOutlined from "@mui/icons-material/SearchOffOutlined";
import { Button, Paper, Typography, useMediaQuery, useTheme } from "@mui/material";
import { EmptyState, ErrorState, Late } from "@thalamus/sdk/ui";
import { Pagination, useListContext } from "react-admin";
import type { StudyRow } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { IdFilter } from "./id-filter.tsx";
import { NewStudiesBar } from "./new-studies-bar.tsx";
import { NoStudies } from "./no-studies.tsx";
import { ROWS, StatusTabs } from "./status-tabs.tsx";
import { StudyCards } from "./study-cards.tsx";
import { StudyTable } from "./study-table.tsx";

export function StudyList() {
  const { total, error, refetch, data } = useListContext<StudyRow>();
  const count = total === undefined ? undefined : new Intl.NumberFormat().format(total);
  return (
    <>
      <PageHeading
        title="Studies"
        aside={count !== undefined && <Typography sx={{ color: "text.secondary" }}>{count}</Typography>}
      >
        <IdFilter />
      </PageHeading>
      {error && (
        <ErrorState
          title="The studies could not be read"
          error={error}
          {...(data ? { stillWorks: "You see them as they were." } : {})}
          onRetry={() => void refetch()}
        />
      )}
      <NewStudiesBar />
      <Paper variant="outlined" sx={{ overflow: "hidden", borderRadius: 1.5 }}>
        <StatusTabs />
        <div role="tabpanel" id={ROWS} aria-label="Studies">
          <StudyRows />
        </div>
      </Paper>
    </>
  );
}

function StudyRows() {
  const { data, isPending, filterValues, setFilters } = useListContext<StudyRow>();
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  if (isPending) {
    return (
      <Late>
        <ListSkeleton rows={8} />
      </Late>
    );
  }
  if (!data) return null;
  if (data.length === 0 && Object.keys(filterValues).length === 0) return <NoStudies />;
  if (data.length === 0) {
    const clear = (
      <Button variant="outlined" onClick={() => setFilters({})}>
        Clear filters
      </Button>
    );
    return <EmptyState icon={SearchOffOutlined} title="No match" action={clear} />;
  }
  return (
    <>
      {wide ? <StudyTable /> : <StudyCards studies={data} />}
      <Pagination rowsPerPageOptions={[25, 50, 100]} />
    </>
  );
}
