// Grey lines in the shape of a list that is still on its way.

import { Box, Skeleton } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

export function ListSkeleton({ rows }: { readonly rows: number }) {
  return (
    <Box role="status" aria-label={say("Loading")} sx={{ px: 2, py: 1 }}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same and stay in place
        <Box key={row} sx={{ display: "flex", gap: 3, py: 1.5 }}>
          <Skeleton width={90} />
          <Skeleton width={110} />
          <Skeleton sx={{ flex: 1 }} />
          <Skeleton variant="rounded" width={110} height={24} />
        </Box>
      ))}
    </Box>
  );
}
