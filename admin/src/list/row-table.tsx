// A table of rows that can be chosen, sorted on the hub and gone through by keys.

import {
  Box,
  Checkbox,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  TableSortLabel,
} from "@mui/material";
import type { Theme } from "@mui/material/styles";
import { say } from "@thalamus/sdk/ui";
import { type ReactNode, useRef } from "react";
import { useListContext } from "react-admin";
import { useNavigate } from "react-router";
import { OwnClicks } from "./own-clicks.tsx";
import { useIsWider } from "./use-is-wider.ts";

export interface RowColumn<T> {
  readonly name: string;
  readonly title: string;
  /** What the hub sorts by; without it the column cannot be sorted. */
  readonly sort?: string;
  /** Values that are shown for a minute must not push the columns around. */
  readonly minWidth?: number;
  readonly cell: (row: T) => ReactNode;
}

export interface RowTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly RowColumn<T>[];
  /** For the screen reader: "study 1f0c2ab3". */
  readonly nameOf: (row: T) => string;
  /** Where a click on the row leads; its first link should lead there, too. */
  readonly to: (row: T) => string;
  readonly dense?: boolean;
}

export function RowTable<T extends { readonly id: string }>(props: RowTableProps<T>) {
  const { label, rows, columns, nameOf, to, dense = false } = props;
  const { isFetching } = useListContext();
  const box = useRef<HTMLDivElement>(null);
  const isWider = useIsWider(box);
  // a focus stop, so that the arrow keys scroll to columns without anything that takes the focus
  const scrolled = isWider ? { role: "region", "aria-label": label, tabIndex: 0 } : {};
  return (
    <Box ref={box} {...scrolled} sx={SCROLLED}>
      <Table
        size="small"
        aria-label={label}
        aria-busy={isFetching}
        sx={(theme) => look(theme, dense, isWider)}
      >
        <TableHead>
          <TableRow>
            <TableCell className="choice">
              <ChooseAll ids={rows.map(({ id }) => id)} label={label} />
            </TableCell>
            {columns.map((column) => (
              <Head key={column.name} column={column} />
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <Row key={row.id} id={row.id} name={nameOf(row)} to={to(row)}>
              {columns.map(({ name, cell }) => (
                <TableCell key={name}>{cell(row)}</TableCell>
              ))}
            </Row>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function Head<T>({ column: { title, sort: field, minWidth } }: { column: RowColumn<T> }) {
  const { sort, setSort } = useListContext();
  const width = minWidth === undefined ? {} : { sx: { minWidth } };
  if (field === undefined) return <TableCell {...width}>{say(title)}</TableCell>;
  const isChosen = sort.field === field;
  const direction = sort.order === "ASC" ? "asc" : "desc";
  // the newest and the largest come first; a second click turns the order around
  const next = isChosen && direction === "desc" ? "ASC" : "DESC";
  return (
    <TableCell {...width} sortDirection={isChosen ? direction : false}>
      <TableSortLabel
        active={isChosen}
        direction={isChosen ? direction : "desc"}
        onClick={() => setSort({ field, order: next })}
      >
        {say(title)}
      </TableSortLabel>
    </TableCell>
  );
}

interface RowProps {
  readonly id: string;
  readonly name: string;
  readonly to: string;
  readonly children: ReactNode;
}

function Row({ id, name, to, children }: RowProps) {
  const { selectedIds } = useListContext();
  const navigate = useNavigate();
  const isChosen = selectedIds.includes(id);
  return (
    <TableRow hover selected={isChosen} data-row={id} onClick={() => void navigate(to)}>
      <TableCell className="choice">
        <ChooseRow id={id} name={name} />
      </TableCell>
      {children}
    </TableRow>
  );
}

/** The box that chooses a row for acts on many. */
export function ChooseRow({ id, name }: { readonly id: string; readonly name: string }) {
  const { selectedIds, onToggleItem } = useListContext();
  return (
    <OwnClicks>
      <Checkbox
        size="small"
        checked={selectedIds.includes(id)}
        onChange={() => onToggleItem(id)}
        slotProps={{ input: { "aria-label": say("Choose %{name}", { name }) } }}
      />
    </OwnClicks>
  );
}

function ChooseAll({ ids, label }: { ids: readonly string[]; label: string }) {
  const { selectedIds, onSelect } = useListContext();
  const chosen = new Set<string>(selectedIds as string[]);
  const here = ids.filter((id) => chosen.has(id));
  const all = here.length === ids.length;
  const toggle = () => {
    const others = [...chosen].filter((id) => !ids.includes(id));
    onSelect(all ? others : [...others, ...ids]);
  };
  return (
    <Checkbox
      size="small"
      checked={all}
      indeterminate={here.length > 0 && !all}
      onChange={toggle}
      slotProps={{
        input: { "aria-label": say("Choose all %{value} of this page", { value: label.toLowerCase() }) },
      }}
    />
  );
}

/** What takes the focus is not left under the acts, which lie over the other columns. */
const SCROLLED = { overflowX: "auto", scrollPaddingInlineEnd: "72px" } as const;

const look = (theme: Theme, dense: boolean, isWider: boolean) => ({
  "& .MuiTableCell-head": {
    color: theme.palette.text.secondary,
    fontSize: "0.8125rem",
    paddingBlock: "8px",
    whiteSpace: "nowrap",
  },
  "& .MuiTableCell-root": { borderColor: theme.palette.divider, paddingInline: "6px" },
  "& .MuiTableCell-root.choice": { width: 44, paddingInlineEnd: 0 },
  // only the column that sorts needs room for the arrow
  "& .MuiTableSortLabel-root:not(.Mui-active) .MuiTableSortLabel-icon": {
    position: "absolute",
    left: "100%",
  },
  "& .MuiTableCell-body": {
    height: dense ? 36 : 52,
    fontSize: dense ? "0.8125rem" : "0.875rem",
    paddingBlock: dense ? 0 : undefined,
  },
  "& tbody tr": { cursor: "pointer" },
  "& tbody tr:last-of-type .MuiTableCell-body": { borderBottom: 0 },
  // the acts stay in sight of a table that is wider than the page
  "& tr > :last-of-type": {
    position: "sticky",
    insetInlineEnd: 0,
    backgroundColor: theme.palette.background.paper,
    // and show that columns lie under them
    ...(isWider ? { boxShadow: `-6px 0 6px -4px ${theme.palette.divider}` } : {}),
  },
  // where the keyboard is
  "& tbody tr:focus-within": { boxShadow: `inset 3px 0 ${theme.palette.primary.main}` },
});
