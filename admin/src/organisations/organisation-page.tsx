// One organisation: its members, their keys, what it may order, and what was run.
import ArrowBackOutlined from "@mui/icons-material/ArrowBackOutlined";
import { Alert, Box, Button, Link, Skeleton } from "@mui/material";
import { ErrorState, Late, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { Link as RouterLink, useParams } from "react-router";
import type { OrganisationInfo } from "../api.gen.ts";
import { CloudPage } from "../layout/cloud-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { EntitlementSection } from "./entitlement-section.tsx";
import { KeySection } from "./key-section.tsx";
import { MemberSection } from "./member-section.tsx";
import { OrganisationActs } from "./organisation-acts.tsx";
import { useOrganisation } from "./organisation-requests.ts";
import { counted, SUSPENDED } from "./organisation-words.ts";
import { UsageSection } from "./usage-section.tsx";

export default function OrganisationPage() {
  const { id = "" } = useParams();
  return (
    <CloudPage title={say("Organisation")} needs="organisations.manage">
      <Button
        component={RouterLink}
        to="/organisations"
        size="small"
        startIcon={<ArrowBackOutlined />}
        sx={{ mb: 1, ml: -0.5 }}
      >
        {say("Organisations")}
      </Button>
      <OrganisationFile key={id} id={id} />
    </CloudPage>
  );
}

function OrganisationFile({ id }: { readonly id: string }) {
  const { data: organisation, error, refetch } = useOrganisation(id);
  return (
    <>
      <PageHeading
        title={organisation?.name ?? say("Organisation")}
        aside={organisation && organisation.suspendedAt !== null && <ToneChip {...SUSPENDED} />}
      >
        {organisation && <OrganisationActs organisation={organisation} />}
      </PageHeading>
      {error && (
        <ErrorState
          title={say("This organisation could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {organisation ? (
        <OrganisationDetails organisation={organisation} />
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

function OrganisationDetails({ organisation }: { readonly organisation: OrganisationInfo }) {
  const { id, orderDays, createdAt, createdBy, agents, suspendedAt } = organisation;
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: "4px 20px", mb: 2, color: "text.secondary" }}>
        <span>{say("Orders expire after %{days}", { days: counted(orderDays, "day") })}</span>
        <span>
          {createdBy === ""
            ? sayWith("Added %{time}", { time: <TimeText at={createdAt} /> })
            : sayWith("Added %{time} by %{by}", { time: <TimeText at={createdAt} />, by: createdBy })}
        </span>
        <span>
          {agents === 0 ? (
            say("No agent has sent a heartbeat")
          ) : (
            <Link component={RouterLink} to={`/agents?organisation=${id}`}>
              {counted(agents, "agent")}
            </Link>
          )}
        </span>
      </Box>
      {suspendedAt !== null && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 2, bgcolor: "background.paper" }}>
          {sayWith("Suspended since %{time}: none of its keys works. What runs goes on.", {
            time: <TimeText at={suspendedAt} />,
          })}
        </Alert>
      )}
      <MemberSection organisationId={id} />
      <KeySection organisationId={id} />
      <EntitlementSection organisationId={id} />
      <UsageSection organisationId={id} />
    </>
  );
}
