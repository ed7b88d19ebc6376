// The numbers of the preview side by side.
import { Box, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
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
      <Table size="small" aria-label={say("What would go")} sx={{ maxWidth: 820 }}>
        <TableHead>
          <TableRow>
            <TableCell>{say("What")}</TableCell>
            <TableCell align="right">{say("As set")}</TableCell>
            {tried && <TableCell align="right">{say("Tried out")}</TableCell>}
          </TableRow>
        </TableHead>
        <TableBody>
          {COUNT_LINES.map(({ title, count, stays = false }) => (
            <TableRow key={title} sx={stays ? { "& *": { color: "text.secondary" } } : {}}>
              <TableCell component="th" scope="row">
                {say(title)}
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
