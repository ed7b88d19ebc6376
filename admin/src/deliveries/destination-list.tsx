// Every destination with what waits in its lane, the switch that stops it, and its test.
import SendOutlined from "@mui/icons-material/SendOutlined";
import { Box } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useDestinations } from "./delivery-target.ts";
import { DestinationCard } from "./destination-card.tsx";

export function DestinationList() {
  const { data, error, refetch } = useDestinations();
  return (
    <>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The destinations could not be read")}
            error={error}
            {...(data ? { stillWorks: say("You see them as they were.") } : {})}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={4} />
        </Late>
      )}
      {data?.total === 0 && (
        <EmptyState icon={SendOutlined} title={say("No destination yet")}>
          {say(
            "Results stay here until the configuration names where they go: a plugin of kind deliver, such as deliver-dicom-pdf, and its name in the route.",
          )}
        </EmptyState>
      )}
      {data && data.total > 0 && (
        <Box component="ul" aria-label={say("Destinations")} sx={GRID}>
          {data.data.map((destination) => (
            <DestinationCard key={destination.name} destination={destination} />
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
