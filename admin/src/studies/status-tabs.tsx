// One tab for each status that occurs, with its number of studies.
import { Box, Tab, Tabs } from "@mui/material";
import { STATUS_WORDS, type StatusName, type Tone, toneColors } from "@thalamus/sdk/ui";
import { useGetOne, useListContext } from "react-admin";
import { HUB, type HubStatus } from "../hub-data.ts";

/** The rows that the tabs choose from carry this id. */
export const ROWS = "study-rows";

const ALL = "all";
const NAMES = Object.keys(STATUS_WORDS) as StatusName[];

export function StatusTabs() {
  const { filterValues, setFilters } = useListContext();
  const { data: hub } = useGetOne<HubStatus>("status", { id: HUB });
  const chosen = (filterValues as { status?: StatusName }).status;
  const counts = hub?.studies ?? {};
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const there = NAMES.filter((name) => (counts[name] ?? 0) > 0 || name === chosen);
  if (total === 0) return null;
  const choose = (status: StatusName | typeof ALL) => {
    const { status: _, ...others } = filterValues as { status?: StatusName };
    setFilters(status === ALL ? others : { ...others, status });
  };
  return (
    <Tabs
      value={chosen ?? ALL}
      onChange={(_, status: StatusName | typeof ALL) => choose(status)}
      aria-label="Status"
      variant="scrollable"
      scrollButtons="auto"
      allowScrollButtonsMobile
      sx={TABS}
    >
      <Tab value={ALL} aria-controls={ROWS} label={<Label word="All" count={total} tone="neutral" />} />
      {there.map((name) => {
        const { word, tone } = STATUS_WORDS[name];
        return (
          <Tab
            key={name}
            value={name}
            aria-controls={ROWS}
            label={<Label word={word} count={counts[name] ?? 0} tone={tone} />}
          />
        );
      })}
    </Tabs>
  );
}

const TABS = {
  borderBottom: 1,
  borderColor: "divider",
  "& .MuiTab-root": { px: 1.25, minWidth: 0 },
  // a button that leads nowhere takes no room
  "& .MuiTabScrollButton-root.Mui-disabled": { width: 8 },
} as const;

/** Only numbers that call for a person are coloured. */
function Label({ word, count, tone }: { word: string; count: number; tone: Tone }) {
  const loud: Tone = count > 0 && (tone === "warning" || tone === "bad") ? tone : "neutral";
  return (
    <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 0.75 }}>
      {word}
      <Box
        component="span"
        sx={(theme) => ({
          px: 0.75,
          minWidth: 22,
          borderRadius: 4,
          fontSize: "0.75rem",
          lineHeight: "20px",
          color: toneColors(theme, loud).text,
          bgcolor: toneColors(theme, loud).soft,
        })}
      >
        {count}
      </Box>
    </Box>
  );
}
