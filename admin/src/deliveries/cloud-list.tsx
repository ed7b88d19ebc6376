// The clouds that studies are sent to: what is on its way, what is in the way, and what can be tried.
import CloudOutlined from "@mui/icons-material/CloudOutlined";
import { Box } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import type { ListCloudsAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { CloudCard } from "./cloud-card.tsx";

/** Looks at orders are no changes that the hub tells of. */
const LOOK_MS = 10_000;

export function CloudList() {
  const { data, error, refetch } = useReading<ListCloudsAnswer>("clouds", "/api/clouds", {
    everyMs: LOOK_MS,
  });
  return (
    <>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The clouds could not be read")}
            error={error}
            {...(data ? { stillWorks: say("You see them as they were.") } : {})}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={2} />
        </Late>
      )}
      {data?.total === 0 && (
        <EmptyState icon={CloudOutlined} title={say("No cloud")}>
          {say(
            "Studies stay in the house until the configuration names a plugin that sends them out, such as cloud-upload, and a de-identification before it.",
          )}
        </EmptyState>
      )}
      {data && data.total > 0 && (
        <Box component="ul" aria-label={say("Clouds")} sx={GRID}>
          {data.data.map((cloud) => (
            <CloudCard key={cloud.name} cloud={cloud} />
          ))}
        </Box>
      )}
    </>
  );
}

const GRID = {
  display: "grid",
  gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 340px), 1fr))",
  gap: 2,
  listStyle: "none",
  m: 0,
  p: { xs: 1.5, md: 2 },
} as const;
