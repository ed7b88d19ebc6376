// How many agents are how, as a filter; and the organisation they belong to.
import { Box, MenuItem, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import type { ListAgentsAnswer } from "../api.gen.ts";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";
import { useOrganisations } from "../organisations/organisation-requests.ts";
import { type AgentState, STATE_WORDS } from "./agent-words.ts";

export interface AgentFiltersProps {
  /** Of all agents. */
  readonly states: ListAgentsAnswer["states"];
  readonly state: string;
  readonly organisation: string;
  readonly onChoose: (name: "state" | "organisation", value: string) => void;
}

/** As many as one request brings; who has more comes from the organisation's own page. */
const MOST = 100;

export function AgentFilters({ states, state, organisation, onChoose }: AgentFiltersProps) {
  const { data: organisations } = useOrganisations(1, MOST);
  const known = organisations?.data ?? [];
  return (
    <Box role="search" aria-label={say("Filter of the agents")} sx={BAR}>
      <TextField
        select
        size="small"
        id={FILTER_FIELD}
        label={say("State")}
        value={state}
        onChange={(event) => onChoose("state", event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        sx={FIELD}
      >
        <MenuItem value="">{say("All")}</MenuItem>
        {(Object.keys(STATE_WORDS) as AgentState[]).map((name) => (
          <MenuItem key={name} value={name}>
            {say(STATE_WORDS[name])} ({states[name]})
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        size="small"
        id="agent-organisation"
        label={say("Organisation")}
        value={organisation}
        onChange={(event) => onChoose("organisation", event.target.value)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        sx={FIELD}
      >
        <MenuItem value="">{say("All")}</MenuItem>
        {organisation !== "" && !known.some(({ id }) => id === organisation) && (
          <MenuItem value={organisation}>{organisation.slice(0, 8)}</MenuItem>
        )}
        {known.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}

const BAR = { display: "flex", flexWrap: "wrap", gap: 1.5, mb: 2 } as const;
const FIELD = { minWidth: 190, flexGrow: { xs: 1, sm: 0 } } as const;
