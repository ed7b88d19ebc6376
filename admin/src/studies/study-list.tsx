// The list of studies in all its states: loading, empty, nothing found, failed, filled.
import SearchOffOutlined from "@mui/icons-material/SearchOffOutlined";
import { Button, Paper, Typography, useMediaQuery, useTheme } from "@mui/material";
import { EmptyState, ErrorState, Late, numberText, say } from "@thalamus/sdk/ui";
import { useListContext, useStore } from "react-admin";
import type { StudyRow } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { type ChosenColumns, useColumns } from "../list/column-choice.tsx";
import { IdFilter } from "../list/id-filter.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { Paging } from "../list/paging.tsx";
import { FilterBar, FilterChips } from "./filter-bar.tsx";
import { useKnownNames } from "./filter-options.ts";
import { FindPatient } from "./find-patient.tsx";
import { ListTools } from "./list-tools.tsx";
import { NewStudiesBar } from "./new-studies-bar.tsx";
import { NoStudies } from "./no-studies.tsx";
import { ROWS, StatusTabs } from "./status-tabs.tsx";
import { StudyBulkBar } from "./study-bulk-bar.tsx";
import { StudyCards } from "./study-cards.tsx";
import { HIDDEN_AT_FIRST, STUDY_COLUMNS } from "./study-columns.tsx";
import { useStudyKeys } from "./study-keys.ts";
import { StudyTable } from "./study-table.tsx";

export function StudyList() {
  const { total, error, refetch, data } = useListContext<StudyRow>();
  const count = total === undefined ? undefined : numberText(total);
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  const columns = useColumns("studies", STUDY_COLUMNS, HIDDEN_AT_FIRST);
  const [isOpen, setOpen] = useStore("studies.filters-open", false);
  const names = useKnownNames();
  useStudyKeys();
  return (
    <>
      <PageHeading
        title={say("Studies")}
        aside={count !== undefined && <Typography sx={{ color: "text.secondary" }}>{count}</Typography>}
      >
        <FindPatient />
        <IdFilter names={names} />
      </PageHeading>
      {error && (
        <ErrorState
          title={say("The studies could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see them as they were.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      <NewStudiesBar />
      <Paper variant="outlined" sx={{ overflow: "hidden", borderRadius: 1.5 }}>
        <StatusTabs />
        <ListTools isOpen={isOpen} onToggle={() => setOpen(!isOpen)} columns={wide ? columns : undefined} />
        {isOpen && <FilterBar />}
        <FilterChips isOpen={isOpen} />
        <StudyBulkBar />
        <div role="tabpanel" id={ROWS} aria-label={say("Studies")}>
          <StudyRows columns={wide ? columns : undefined} />
        </div>
      </Paper>
    </>
  );
}

function StudyRows({ columns }: { columns: ChosenColumns<StudyRow> | undefined }) {
  const { data, isPending, filterValues, setFilters } = useListContext<StudyRow>();
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
        {say("Clear filters")}
      </Button>
    );
    return <EmptyState icon={SearchOffOutlined} title={say("No match")} action={clear} />;
  }
  return (
    <>
      {columns ? <StudyTable studies={data} columns={columns} /> : <StudyCards studies={data} />}
      <Paging />
    </>
  );
}
