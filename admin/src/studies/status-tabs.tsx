// The tabs of the list with their numbers of studies, of those that fit the other filters.
import { Box, Tab, Tabs } from "@mui/material";
import { numberText, STATUS_WORDS, say, type Tone, toneColors } from "@thalamus/sdk/ui";
import { useListContext } from "react-admin";
import type { CountStudiesAnswer } from "../api.gen.ts";
import { withFilter } from "../list/filter-look.ts";
import { useReading } from "../list/reading.ts";
import { type StudyFilter, TABS } from "./study-filter.ts";

/** The rows that the tabs choose from carry this id. */
export const ROWS = "study-rows";

const ALL = "all";

export function StatusTabs() {
  const { filterValues, setFilters } = useListContext();
  const { status, ...others } = filterValues as StudyFilter;
  const { data } = useReading<CountStudiesAnswer>("study-counts", "/api/study-counts", { query: others });
  const counts = data?.studies ?? {};
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isFiltered = Object.keys(filterValues).length > 0;
  if (total === 0 && !isFiltered) return null;
  const values = TABS.map(({ statuses }) => statuses.join(","));
  const chosen = status === undefined ? ALL : values.includes(status) ? status : false;
  return (
    <Tabs
      value={chosen}
      onChange={(_, value: string) =>
        setFilters(withFilter(filterValues as StudyFilter, "status", value === ALL ? undefined : value))
      }
      aria-label={say("Status")}
      variant="scrollable"
      scrollButtons="auto"
      allowScrollButtonsMobile
      sx={LOOK}
    >
      <Tab
        value={ALL}
        aria-controls={ROWS}
        label={<Label word={say("All")} count={total} tone="neutral" />}
      />
      {TABS.map(({ word, statuses }, at) => (
        <Tab
          key={word}
          value={values[at]}
          aria-controls={ROWS}
          label={
            <Label
              word={say(word)}
              count={statuses.reduce((sum, name) => sum + (counts[name] ?? 0), 0)}
              tone={STATUS_WORDS[statuses[0]!].tone}
            />
          }
        />
      ))}
    </Tabs>
  );
}

const LOOK = {
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
        {numberText(count)}
      </Box>
    </Box>
  );
}
