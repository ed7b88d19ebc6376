// Chooses notifications by state and by who is told.
import { Box, MenuItem, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useListContext } from "react-admin";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";
import { FILTER_BAR_LOOK } from "../list/filter-look.ts";
import { NOTICE_WORDS } from "./notice-words.ts";
import { useWatchers } from "./watcher-list.tsx";

type Filter = { readonly state?: string; readonly target?: string };

export function NoticeFilters() {
  const { filterValues, setFilters } = useListContext();
  const { state = "", target = "" } = filterValues as Filter;
  const names = useWatchers()?.map(({ name }) => name) ?? [];
  const set = (change: Filter) => {
    const given = Object.entries({ state, target, ...change }).filter(([, value]) => value !== "");
    setFilters(Object.fromEntries(given));
  };
  return (
    <Box role="search" aria-label={say("Filter of the record")} sx={FILTER_BAR_LOOK}>
      <TextField
        select
        size="small"
        id={FILTER_FIELD}
        label={say("State")}
        value={state}
        onChange={(event) => set({ state: event.target.value })}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        sx={FIELD}
      >
        <MenuItem value="">{say("All")}</MenuItem>
        {Object.entries(NOTICE_WORDS).map(([name, { word }]) => (
          <MenuItem key={name} value={name}>
            {say(word)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        size="small"
        id="notice-target"
        label={say("Who is told")}
        value={target}
        onChange={(event) => set({ target: event.target.value })}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        sx={FIELD}
      >
        <MenuItem value="">{say("All")}</MenuItem>
        {names.map((name) => (
          <MenuItem key={name} value={name}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}

const FIELD = { minWidth: 150, flexGrow: { xs: 1, sm: 0 } } as const;
