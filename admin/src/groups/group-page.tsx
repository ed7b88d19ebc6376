// one group: its studies, its table as it is now, what was reported, and what can be done.
import ArrowBackOutlined from "@mui/icons-material/ArrowBackOutlined";
import { Alert, Box, Button, Skeleton, Typography } from "@mui/material";
import { ErrorState, Late, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
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
        {say("Groups")}
      </Button>
      <PageHeading title={group?.name ?? say("Group")} aside={group && <ToneChip {...groupWords(group)} />}>
        {group && <GroupActs group={group} />}
      </PageHeading>
      {error && (
        <ErrorState
          title={say("This group could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {group ? (
        <GroupDetails group={group} />
      ) : (
        !error && (
          <Late>
            <Skeleton variant="rounded" height={320} role="status" aria-label={say("Loading")} />
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
        <span>{say("Products: %{products}", { products: products.join(", ") })}</span>
        <span>
          {delivery === null
            ? say("Reports go nowhere: they are kept for download")
            : say("Reports go to: %{delivery}", { delivery })}
        </span>
        <span>
          {delivery !== null && sendOnCompletion ? say("When complete: sent") : say("When complete: kept")}
        </span>
        <span>
          {say("By the clock: %{schedule}", { schedule: scheduleWords(schedule) })}
          {nextReportAt !== null && sayWith(", next %{time}", { time: <TimeText at={nextReportAt} /> })}
        </span>
        {autoAssign && <span>{say("New studies join by themselves")}</span>}
      </Box>
      {identifyBy !== "hub-id" && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: "background.paper" }}>
          {say("The reports of this group identify patients. Downloads are journalled.")}
        </Alert>
      )}
      <PageSection title={say("Studies")}>
        <Box sx={{ px: 2, pt: 2 }}>
          <MembersBar members={group.members} />
        </Box>
        <GroupMembers group={group} />
      </PageSection>
      {complete && (
        <Typography variant="body2" sx={{ color: "text.secondary", mb: 2 }}>
          {say("When another study joins and is through, a new report will be made.")}
        </Typography>
      )}
      <PageSection title={say("Prediction Indexes as they are now")}>
        <GroupPreview group={group} />
      </PageSection>
      <PageSection title={say("Reports")}>
        <GroupReports group={group} />
      </PageSection>
    </>
  );
}
