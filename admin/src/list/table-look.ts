// How the tables of the console look: calm heads, rows that can be told apart, a visible one under the pointer.
import type { Theme } from "@mui/material";

export const tableLook = (theme: Theme) => ({
  "& .MuiTableCell-head": {
    color: theme.palette.text.secondary,
    backgroundColor: "transparent",
    fontSize: "0.8125rem",
    paddingBlock: "10px",
  },
  "& .MuiTableCell-root": { borderColor: theme.palette.divider, paddingInline: "10px" },
  "& .MuiTableCell-body": { height: 52, fontSize: "0.875rem" },
  "& .MuiTableRow-root:last-of-type .MuiTableCell-body": { borderBottom: 0 },
  // values that are shown for a minute must not push the columns around
  "& .MuiTableCell-head.wide": { minWidth: 112 },
  "& .MuiTableCell-head.wider": { minWidth: 148 },
  "& .MuiTableCell-root:first-of-type": { paddingInlineStart: "16px" },
  "& .RaDataTable-clickableRow": { cursor: "pointer" },
});
