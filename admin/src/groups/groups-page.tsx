// the groups, how far each is and what was reported, and the way to a new one.
import AddOutlined from "@mui/icons-material/AddOutlined";
import GroupWorkOutlined from "@mui/icons-material/GroupWorkOutlined";
import { Box, Button, Pagination, Paper } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNavigate } from "react-router";
import { PageHeading } from "../layout/page-heading.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { GroupForm } from "./group-form.tsx";
import { useGroups } from "./group-requests.ts";
import { GroupTable } from "./group-table.tsx";

const PER_PAGE = 25;

export function GroupsPage() {
  const [page, setPage] = useState(1);
  const [creating, setCreating] = useState(false);
  const { data, error, isPending, refetch } = useGroups(page);
  const navigate = useNavigate();
  const create = (
    <Button variant="contained" startIcon={<AddOutlined />} onClick={() => setCreating(true)}>
      {say("Create group")}
    </Button>
  );
  return (
    <>
      <PageHeading title={say("Groups")}>{data && data.total > 0 && create}</PageHeading>
      {error && (
        <ErrorState
          title={say("The groups could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see them as they were.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && (
        <Late>
          <ListSkeleton rows={5} />
        </Late>
      )}
      {data && (
        <Paper variant="outlined" sx={{ overflow: "hidden", borderRadius: 1.5 }}>
          {data.total === 0 ? (
            <EmptyState icon={GroupWorkOutlined} title={say("No groups yet")} action={create}>
              {say(
                "Studies of a group are run through the same products and reported on together, in one table.",
              )}
            </EmptyState>
          ) : (
            <GroupTable groups={data.data} />
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
        <GroupForm
          onClose={() => setCreating(false)}
          onCreated={({ id }) => {
            setCreating(false);
            void navigate(`/groups/${id}`);
          }}
        />
      )}
    </>
  );
}
