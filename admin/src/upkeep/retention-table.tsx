// The numbers of the preview side by side.
import { Box, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import type { PreviewRetentionAnswer } from "../api.gen.ts";
import { COUNT_LINES } from "./retention-counts.ts";

export interface RetentionTableProps {
  readonly now: PreviewRetentionAnswer;
  /** With other numbers of days. */
  readonly tried: PreviewRetentionAnswer | undefined;
}

export function RetentionTable({ now, tried }: RetentionTableProps) {
  return (
    <Box sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label="What would go" sx={{ maxWidth: 820 }}>
        <TableHead>
          <TableRow>
            <TableCell>What</TableCell>
            <TableCell align="right">As set</TableCell>
            {tried && <TableCell align="right">Tried out</TableCell>}
          </TableRow>
        </TableHead>
        <TableBody>
          {COUNT_LINES.map(({ title, count, stays = false }) => (
            <TableRow key={title} sx={stays ? { "& *": { color: "text.secondary" } } : {}}>
              <TableCell component="th" scope="row">
                {title}
              </TableCell>
              <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>
                {count(now)}
              </TableCell>
              {tried && (
                <TableCell align="right" sx={{ whiteSpace: "nowrap", fontWeight: 600 }}>
                  {count(tried)}
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
