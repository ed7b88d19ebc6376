// Which section is shown: a list with a search on wide screens, a list to open on phones.
import Add from "@mui/icons-material/Add";
import {
  Box,
  Button,
  List,
  ListItem,
  ListItemButton,
  ListItemText,
  MenuItem,
  Paper,
  TextField,
  Typography,
} from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { FILTER_FIELD } from "../layout/shortcuts.tsx";
import { fieldsWith, type ListedSection, textOf } from "./section-words.ts";

export interface SectionNavigationProps {
  readonly sections: readonly ListedSection[];
  readonly chosen: string;
  /** @param field name of one that is looked for */
  readonly onChoose: (id: string, field?: string) => void;
  readonly onAdd?: () => void;
}

export function SectionNavigation({ sections, chosen, onChoose, onAdd }: SectionNavigationProps) {
  const [search, setSearch] = useState("");
  const found = sections.filter((one) => textOf(one).includes(search.trim().toLowerCase()));
  const groups = Map.groupBy(found, ({ group }) => group);
  const add = onAdd && (
    <Button size="small" startIcon={<Add />} onClick={onAdd}>
      {say("Add a plugin entry")}
    </Button>
  );
  return (
    <Box component="nav" aria-label={say("Sections")} sx={{ minWidth: 0 }}>
      <Box sx={{ display: { xs: "grid", md: "none" }, gap: 1 }}>
        <TextField
          select
          fullWidth
          size="small"
          id="settings-section"
          label={say("Section")}
          value={chosen}
          onChange={({ target }) => onChoose(target.value)}
          sx={{ bgcolor: "background.paper" }}
        >
          {sections.map(({ id, group, title }) => (
            <MenuItem key={id} value={id}>
              {group}: {title}
            </MenuItem>
          ))}
        </TextField>
        {add}
      </Box>
      <Paper variant="outlined" sx={{ display: { xs: "none", md: "block" }, borderRadius: 1.5, p: 1 }}>
        <TextField
          id={FILTER_FIELD}
          fullWidth
          size="small"
          type="search"
          label={say("Find a setting")}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          sx={{ mb: 1 }}
          slotProps={{ htmlInput: { autoComplete: "off" } }}
        />
        {[...groups].map(([group, own]) => (
          <Box key={group}>
            <Typography variant="body2" component="h2" sx={GROUP}>
              {group}
            </Typography>
            <List dense disablePadding aria-label={group}>
              {own.map((section) => (
                <SectionEntry
                  key={section.id}
                  section={section}
                  search={search}
                  isChosen={section.id === chosen}
                  onChoose={onChoose}
                />
              ))}
            </List>
          </Box>
        ))}
        {found.length === 0 && <Box sx={{ p: 1, color: "text.secondary" }}>{say("No match")}</Box>}
        {add}
      </Paper>
    </Box>
  );
}

interface SectionEntryProps {
  readonly section: ListedSection;
  readonly search: string;
  readonly isChosen: boolean;
  readonly onChoose: SectionNavigationProps["onChoose"];
}

function SectionEntry({ section, search, isChosen, onChoose }: SectionEntryProps) {
  const { id, title, problem, waiting } = section;
  const late = waiting.length > 0 ? say("at the next start") : undefined;
  return (
    <>
      <ListItem disablePadding>
        <ListItemButton
          selected={isChosen}
          aria-current={isChosen ? "true" : undefined}
          onClick={() => onChoose(id)}
          sx={{ borderRadius: 1, py: 0.25, px: 1 }}
        >
          <ListItemText primary={title} secondary={problem !== null ? say("does not run") : late} />
        </ListItemButton>
      </ListItem>
      {fieldsWith(section, search).map((field) => (
        <ListItem key={field.name} disablePadding>
          <ListItemButton
            onClick={() => onChoose(id, field.name)}
            aria-label={say("%{field}, in %{section}", { field: field.title, section: title })}
            sx={{ borderRadius: 1, py: 0, pl: 2.5, pr: 1 }}
          >
            <ListItemText
              primary={field.title}
              slotProps={{ primary: { sx: { fontSize: "0.8125rem", color: "text.secondary" } } }}
            />
          </ListItemButton>
        </ListItem>
      ))}
    </>
  );
}

const GROUP = {
  color: "text.secondary",
  fontWeight: 650,
  fontSize: "0.75rem",
  px: 1,
  pt: 1,
  pb: 0.25,
} as const;
