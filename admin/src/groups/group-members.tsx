// The studies of a group; they can be taken out, and others put in.
import { Alert, Box, Button, Pagination } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { callApi, ErrorState, StatusChip, say, TimeText } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { GroupInfo } from "../api.gen.ts";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { AddStudies } from "./add-studies.tsx";
import { useMembers, wordsOf } from "./group-requests.ts";

const PER_PAGE = 25;

export function GroupMembers({ group: { id } }: { readonly group: GroupInfo }) {
  const [page, setPage] = useState(1);
  const { data, error, refetch } = useMembers(id, page);
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState("");
  const queries = useQueryClient();
  const takeOut = async (studyId: string) => {
    const body = { studyIds: [studyId] };
    await callApi(`/api/groups/${id}/studies`, { method: "DELETE", body }).catch((fault: unknown) =>
      setProblem(wordsOf(fault)),
    );
    await queries.invalidateQueries({ queryKey: ["groups"] });
  };
  return (
    <Box sx={{ p: 2 }}>
      {error && (
        <ErrorState
          title={say("The studies could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
      <Box component="ul" aria-label={say("Studies of the group")} sx={{ listStyle: "none", m: 0, p: 0 }}>
        {data?.data.map(({ id: studyId, status, receivedAt, source }) => (
          <Box component="li" key={studyId} sx={LINE}>
            <StudyIdLink id={studyId} />
            <StatusChip status={status} />
            <span>
              <TimeText at={receivedAt} />
            </span>
            <span>{source}</span>
            <Box sx={{ flex: 1 }} />
            <Button
              size="small"
              aria-label={say("Take study %{id} out", { id: studyId.slice(0, 8) })}
              onClick={() => void takeOut(studyId)}
            >
              {say("Take out")}
            </Button>
          </Box>
        ))}
      </Box>
      {data && data.total > PER_PAGE && (
        <Pagination count={Math.ceil(data.total / PER_PAGE)} page={page} onChange={(_, to) => setPage(to)} />
      )}
      <Button variant="outlined" size="small" sx={{ mt: 1 }} onClick={() => setAdding(true)}>
        {say("Add studies")}
      </Button>
      {adding && <AddStudies groupId={id} onClose={() => setAdding(false)} />}
    </Box>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "4px 16px",
  py: 0.75,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
