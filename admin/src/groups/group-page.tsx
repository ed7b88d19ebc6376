// one group: its studies, its table as it is now, what was reported, and what can be done.
import ArrowBackOutlined from "@mui/icons-material/ArrowBackOutlined";
import { Alert, Box, Button, Skeleton, Typography } from "@mui/material";
import { ErrorState, Late, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { Link, useParams } from "react-router";
import type { GroupInfo } from "../api.gen.ts";
import { PageHeading } from "../layout/page-heading.tsx";
import { PageSection } from "../layout/page-section.tsx";
import { GroupActs } from "./group-acts.tsx";
import { GroupMembers } from "./group-members.tsx";
import { GroupPreview } from "./group-preview.tsx";
import { GroupReports } from "./group-reports.tsx";
import { useGroup } from "./group-requests.ts";
import { groupWords, scheduleWords } from "./group-words.ts";
import { MembersBar } from "./members-bar.tsx";

export function GroupPage() {
  const { id = "" } = useParams();
  const { data: group, error, refetch } = useGroup(id);
  return (
    <>
      <Button
        component={Link}
        to="/groups"
        size="small"
        startIcon={<ArrowBackOutlined />}
        sx={{ mb: 1, ml: -0.5 }}
      >
        Groups
      </Button>
      <PageHeading title={group?.name ?? "Group"} aside={group && <ToneChip {...groupWords(group)} />}>
        {group && <GroupActs group={group} />}
      </PageHeading>
      {error && (
        <ErrorState title="This group could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {group ? (
        <GroupDetails group={group} />
      ) : (
        !error && (
          <Late>
            <Skeleton variant="rounded" height={320} role="status" aria-label="Loading" />
          </Late>
        )
      )}
    </>
  );
}

function GroupDetails({ group }: { readonly group: GroupInfo }) {
  const { products, delivery, schedule, nextReportAt, sendOnCompletion, identifyBy, complete, autoAssign } =
    group;
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: "4px 20px", mb: 2, color: "text.secondary" }}>
        <span>Products: {products.join(", ")}</span>
        <span>Reports go to: {delivery ?? "nowhere, they are kept for download"}</span>
        <span>When complete: {delivery !== null && sendOnCompletion ? "sent" : "kept"}</span>
        <span>
          By the clock: {scheduleWords(schedule)}
          {nextReportAt !== null && (
            <>
              , next <TimeText at={nextReportAt} />
            </>
          )}
        </span>
        {autoAssign && <span>New studies join by themselves</span>}
      </Box>
      {identifyBy !== "hub-id" && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: "background.paper" }}>
          The reports of this group identify patients. Downloads are journalled.
        </Alert>
      )}
      <PageSection title="Studies">
        <Box sx={{ px: 2, pt: 2 }}>
          <MembersBar members={group.members} />
        </Box>
        <GroupMembers group={group} />
      </PageSection>
      {complete && (
        <Typography variant="body2" sx={{ color: "text.secondary", mb: 2 }}>
          When another study joins and is through, a new report will be made.
        </Typography>
      )}
      <PageSection title="Prediction Indexes as they are now">
        <GroupPreview group={group} />
      </PageSection>
      <PageSection title="Reports">
        <GroupReports group={group} />
      </PageSection>
    </>
  );
}
