// Filters under a name, kept in this browser: states, names of machines and products, never what finds a patient.

import BookmarkBorderOutlined from "@mui/icons-material/BookmarkBorderOutlined";
import DeleteOutlined from "@mui/icons-material/DeleteOutlined";
import { Box, Button, IconButton, Popover, TextField, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import { useListContext, useStore } from "react-admin";
import type { StudyFilter } from "./study-filter.ts";

interface SavedView {
  readonly name: string;
  readonly filter: StudyFilter;
  readonly sort: { readonly field: string; readonly order: "ASC" | "DESC" };
}

const MOST = 20;

export function SavedViews() {
  const { filterValues, setFilters, sort, setSort } = useListContext();
  const [views, setViews] = useStore<readonly SavedView[]>("studies.views", []);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [name, setName] = useState("");
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === "") return;
    const { ids: _, q: __, ...filter } = filterValues as StudyFilter;
    const others = views.filter((view) => view.name !== wanted);
    setViews([...others, { name: wanted, filter, sort }].slice(-MOST));
    setName("");
    setAnchor(null);
  };
  const show = ({ filter, sort: wanted }: SavedView) => {
    setFilters(filter);
    setSort(wanted);
    setAnchor(null);
  };
  return (
    <>
      <Button
        size="small"
        startIcon={<BookmarkBorderOutlined />}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {say("Views")}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "left" }}
        slotProps={{ paper: { role: "dialog", "aria-label": say("Saved views"), sx: { width: 300, py: 1 } } }}
      >
        {views.length === 0 && (
          <Typography sx={{ px: 2, py: 1, color: "text.secondary", fontSize: "0.875rem" }}>
            {say("Set filters and keep them here under a name.")}
          </Typography>
        )}
        <Box component="ul" aria-label={say("Views")} sx={{ m: 0, p: 0, listStyle: "none" }}>
          {views.map((view) => (
            <Box component="li" key={view.name} sx={{ display: "flex", alignItems: "center", pr: 1 }}>
              <Button color="inherit" onClick={() => show(view)} sx={ENTRY}>
                {view.name}
              </Button>
              <IconButton
                size="small"
                aria-label={say("Delete the view %{name}", { name: view.name })}
                onClick={() => setViews(views.filter((one) => one !== view))}
              >
                <DeleteOutlined fontSize="small" />
              </IconButton>
            </Box>
          ))}
        </Box>
        <Box
          component="form"
          noValidate
          onSubmit={save}
          sx={{ display: "flex", gap: 1, px: 2, pt: 1, pb: 0.5 }}
        >
          <TextField
            size="small"
            label={say("Keep these filters as")}
            helperText={say("It stays in this browser: no patient's name.")}
            value={name}
            onChange={(event) => setName(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 40, autoComplete: "off" } }}
          />
          <Button type="submit" disabled={name.trim() === ""} sx={{ alignSelf: "start" }}>
            {say("Keep")}
          </Button>
        </Box>
      </Popover>
    </>
  );
}

const ENTRY = { flex: 1, justifyContent: "start", px: 2, fontWeight: 400 } as const;
