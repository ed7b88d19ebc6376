// Which columns of a table are shown, in which order, and how close its lines stand; kept in this browser.

import ArrowDownwardOutlined from "@mui/icons-material/ArrowDownwardOutlined";
import ArrowUpwardOutlined from "@mui/icons-material/ArrowUpwardOutlined";
import ViewColumnOutlined from "@mui/icons-material/ViewColumnOutlined";
import { Box, Button, Checkbox, FormControlLabel, IconButton, Popover, Switch } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useStore } from "react-admin";
import type { RowColumn } from "./row-table.tsx";

/** Names of columns only. */
interface TableLook {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  readonly dense: boolean;
}

export interface ChosenColumns<T> {
  /** Those that are shown, in their order. */
  readonly shown: readonly RowColumn<T>[];
  readonly dense: boolean;
  readonly all: readonly RowColumn<T>[];
  readonly look: TableLook;
  readonly setLook: (look: TableLook) => void;
  readonly reset: () => void;
}

/**
 * @param name of the table in this browser's storage
 * @param hidden names of columns that are not shown at first
 */
export function useColumns<T>(
  name: string,
  columns: readonly RowColumn<T>[],
  hidden: readonly string[] = [],
): ChosenColumns<T> {
  const first: TableLook = { order: columns.map((column) => column.name), hidden, dense: false };
  const [look, setLook] = useStore<TableLook>(`${name}.table`, first);
  const place = (column: RowColumn<T>) => {
    const at = look.order.indexOf(column.name);
    // a column that is newer than what was kept stands where it stands by itself
    return at < 0 ? columns.indexOf(column) : at;
  };
  const all = columns.toSorted((a, b) => place(a) - place(b));
  const shown = all.filter((column) => !look.hidden.includes(column.name));
  return { shown, all, dense: look.dense, look, setLook, reset: () => setLook(first) };
}

export function ColumnChoice<T>({ all, look, setLook, reset }: ChosenColumns<T>) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const order = all.map(({ name }) => name);
  const move = (at: number, by: number) => {
    const [moved] = order.splice(at, 1);
    order.splice(at + by, 0, moved!);
    setLook({ ...look, order });
  };
  const toggle = (name: string) => {
    const hidden = look.hidden.includes(name)
      ? look.hidden.filter((one) => one !== name)
      : [...look.hidden, name];
    // an empty table tells nothing
    if (hidden.length < all.length) setLook({ ...look, order, hidden });
  };
  return (
    <>
      <Button
        size="small"
        startIcon={<ViewColumnOutlined />}
        aria-haspopup="dialog"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {say("Columns")}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{ paper: { role: "dialog", "aria-label": say("Columns"), sx: { width: 280, p: 2 } } }}
      >
        <Box component="ul" aria-label={say("Columns in their order")} sx={{ m: 0, p: 0, listStyle: "none" }}>
          {all.map(({ name, title }, at) => (
            <Box component="li" key={name} sx={{ display: "flex", alignItems: "center" }}>
              <FormControlLabel
                control={
                  <Checkbox
                    size="small"
                    checked={!look.hidden.includes(name)}
                    onChange={() => toggle(name)}
                  />
                }
                label={say(title)}
                sx={{ flex: 1 }}
              />
              <IconButton
                size="small"
                aria-label={say("%{title} further to the front", { title: say(title) })}
                disabled={at === 0}
                onClick={() => move(at, -1)}
              >
                <ArrowUpwardOutlined sx={{ fontSize: 16 }} />
              </IconButton>
              <IconButton
                size="small"
                aria-label={say("%{title} further back", { title: say(title) })}
                disabled={at === all.length - 1}
                onClick={() => move(at, 1)}
              >
                <ArrowDownwardOutlined sx={{ fontSize: 16 }} />
              </IconButton>
            </Box>
          ))}
        </Box>
        <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", mt: 1 }}>
          <FormControlLabel
            control={
              <Switch
                size="small"
                checked={look.dense}
                onChange={(_, dense) => setLook({ ...look, dense })}
              />
            }
            label={say("Close lines")}
          />
          <Button size="small" onClick={reset}>
            {say("Reset")}
          </Button>
        </Box>
      </Popover>
    </>
  );
}
