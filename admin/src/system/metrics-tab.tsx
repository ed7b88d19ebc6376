// The history of this hub's machine: an hour, a day or a week of load, disk, studies and queue.
import { Box, ToggleButton, ToggleButtonGroup } from "@mui/material";
import { ErrorState, Late, phrase, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { GetMetricsHistoryAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { MetricChart, type MetricChartProps } from "./metric-chart.tsx";

const RANGES = { "1h": phrase("1 hour"), "24h": phrase("24 hours"), "7d": phrase("7 days") } as const;
type Range = keyof typeof RANGES;
/** The hub keeps a point a minute. */
const LOOK_MS = 60_000;

export default function MetricsTab() {
  const [range, setRange] = useState<Range>("24h");
  const { data, error, refetch } = useReading<GetMetricsHistoryAnswer>(
    "metrics-history",
    "/api/metrics-history",
    {
      query: { range },
      everyMs: LOOK_MS,
    },
  );
  return (
    <>
      <ToggleButtonGroup
        exclusive
        size="small"
        color="primary"
        value={range}
        aria-label={say("Time that the charts show")}
        onChange={(_, next: Range | null) => next && setRange(next)}
        sx={{ mb: 2, bgcolor: "background.paper", "& .MuiToggleButton-root": { color: "text.secondary" } }}
      >
        {Object.entries(RANGES).map(([name, words]) => (
          <ToggleButton key={name} value={name}>
            {say(words)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {error && (
        <ErrorState
          title={say("The history could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={6} />
        </Late>
      )}
      {data && (
        <Box sx={CHARTS}>
          {chartsOf(data).map((chart) => (
            <MetricChart key={chart.title} {...chart} longRange={range === "7d"} />
          ))}
        </Box>
      )}
    </>
  );
}

type Chart = Omit<MetricChartProps, "longRange">;

function chartsOf({ points, limits }: GetMetricsHistoryAnswer): Chart[] {
  const at = points.map((point) => new Date(point.at));
  const percent = { at, unit: "%", most: 100 } as const;
  const hasSwap = points.some(({ swap }) => swap !== null);
  return [
    { ...percent, title: "CPU", values: points.map(({ cpu }) => cpu), limit: limits.cpu },
    { ...percent, title: say("Memory"), values: points.map(({ memory }) => memory), limit: limits.memory },
    ...(hasSwap
      ? [{ ...percent, title: say("Swap"), values: points.map(({ swap }) => swap), limit: limits.swap }]
      : []),
    { ...percent, title: say("Disk"), values: points.map(({ disk }) => disk), limit: limits.disk },
    {
      at,
      unit: say("per hour"),
      title: say("Studies per hour"),
      values: points.map(({ studiesPerHour }) => studiesPerHour),
    },
    { at, unit: say("steps"), title: say("Queue"), values: points.map(({ queue }) => queue) },
  ];
}

const CHARTS = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "repeat(2, minmax(0, 1fr))" },
  columnGap: 2.5,
} as const;
