// The organisations that use this hub as their cloud, and the way to a new one.
import AddOutlined from "@mui/icons-material/AddOutlined";
import ApartmentOutlined from "@mui/icons-material/ApartmentOutlined";
import { Box, Button, Pagination, Paper } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNavigate } from "react-router";
import { CloudPage } from "../layout/cloud-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { OrganisationForm } from "./organisation-form.tsx";
import { useOrganisations } from "./organisation-requests.ts";
import { OrganisationTable } from "./organisation-table.tsx";

const PER_PAGE = 25;

export default function OrganisationsPage() {
  return (
    <CloudPage title={say("Organisations")} needs="organisations.manage">
      <Organisations />
    </CloudPage>
  );
}

function Organisations() {
  const [page, setPage] = useState(1);
  const [creating, setCreating] = useState(false);
  const { data, error, refetch } = useOrganisations(page, PER_PAGE);
  const navigate = useNavigate();
  const create = (
    <Button variant="contained" startIcon={<AddOutlined />} onClick={() => setCreating(true)}>
      {say("Add organisation")}
    </Button>
  );
  return (
    <>
      <PageHeading title={say("Organisations")}>{data && data.total > 0 && create}</PageHeading>
      {error && (
        <ErrorState
          title={say("The organisations could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see them as they were.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={5} />
        </Late>
      )}
      {data && (
        <Paper variant="outlined" sx={{ overflow: "hidden", borderRadius: 1.5 }}>
          {data.total === 0 ? (
            <EmptyState icon={ApartmentOutlined} title={say("No organisations yet")} action={create}>
              {say(
                "A clinic or company whose hubs and programs may use this hub as their cloud. Its members hold the keys.",
              )}
            </EmptyState>
          ) : (
            <OrganisationTable organisations={data.data} />
          )}
        </Paper>
      )}
      {data && data.total > PER_PAGE && (
        <Box sx={{ display: "flex", justifyContent: "center", mt: 2 }}>
          <Pagination
            count={Math.ceil(data.total / PER_PAGE)}
            page={page}
            onChange={(_, to) => setPage(to)}
          />
        </Box>
      )}
      {creating && (
        <OrganisationForm
          onClose={() => setCreating(false)}
          onDone={(id) => void navigate(`/organisations/${id}`)}
        />
      )}
    </>
  );
}
