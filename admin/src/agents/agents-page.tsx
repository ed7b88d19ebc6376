// edge hubs that use this one as their cloud, those that need somebody first.
import RouterOutlined from "@mui/icons-material/RouterOutlined";
import { Box, Button, Pagination } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { useSearchParams } from "react-router";
import type { ListAgentsAnswer } from "../api.gen.ts";
import { CloudPage } from "../layout/cloud-page.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { AgentCard } from "./agent-card.tsx";
import { AgentFilters } from "./agent-filters.tsx";

const PER_PAGE = 24;
/** That one has fallen silent is told by nobody. */
const LOOK_AGAIN_MS = 15_000;

export default function AgentsPage() {
  return (
    <CloudPage title={say("Agents")} needs="agents.read">
      <Agents />
    </CloudPage>
  );
}

function Agents() {
  const [search, setSearch] = useSearchParams();
  const [state, organisation] = [search.get("state") ?? "", search.get("organisation") ?? ""];
  const page = Number(search.get("page") ?? 1);
  const { data, error, refetch } = useReading<ListAgentsAnswer>("agents", "/api/agents", {
    query: { page, perPage: PER_PAGE, state, organisation },
    everyMs: LOOK_AGAIN_MS,
  });
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (name !== "page") next.delete("page");
    if (value === "") next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  const all = data ? Object.values(data.states).reduce((sum, count) => sum + count, 0) : 0;
  const filtered = state !== "" || organisation !== "";
  return (
    <>
      <PageHeading title={say("Agents")} />
      {error && (
        <ErrorState
          title={say("The agents could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see them as they were.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={4} />
        </Late>
      )}
      {data && (all > 0 || filtered) && (
        <AgentFilters states={data.states} state={state} organisation={organisation} onChoose={set} />
      )}
      {data?.total === 0 && <NoAgents filtered={filtered} onClear={() => setSearch({}, { replace: true })} />}
      <Box component="ul" aria-label={say("Agents")} sx={GRID}>
        {data?.data.map((agent) => (
          <AgentCard key={agent.id} agent={agent} />
        ))}
      </Box>
      {data && data.total > PER_PAGE && (
        <Box sx={{ display: "flex", justifyContent: "center", mt: 2 }}>
          <Pagination
            count={Math.ceil(data.total / PER_PAGE)}
            page={page}
            onChange={(_, to) => set("page", String(to))}
          />
        </Box>
      )}
    </>
  );
}

function NoAgents({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  if (!filtered) {
    return (
      <EmptyState icon={RouterOutlined} title={say("No agents yet")}>
        {say(
          "An edge hub appears here with its first heartbeat. It needs a key that may send heartbeats, from the page of its organisation.",
        )}
      </EmptyState>
    );
  }
  const clear = (
    <Button variant="outlined" onClick={onClear}>
      {say("Clear filters")}
    </Button>
  );
  return <EmptyState icon={RouterOutlined} title={say("No match")} action={clear} />;
}

const GRID = {
  display: "grid",
  gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 360px), 1fr))",
  gap: 2,
  listStyle: "none",
  m: 0,
  p: 0,
} as const;
