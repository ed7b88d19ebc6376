// The lines of a quality check: verdict, what was found and wanted, where, and how to mend it.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import RemoveCircleOutlined from "@mui/icons-material/RemoveCircleOutlined";
import WarningAmberOutlined from "@mui/icons-material/WarningAmberOutlined";
import { Box, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { phrase, say, type Tone, ToneChip } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { CheckLineRow } from "../../api.gen.ts";

export interface CheckTableProps {
  readonly lines: readonly CheckLineRow[];
  readonly label: string;
}

export function CheckTable({ lines, label }: CheckTableProps) {
  return (
    <Table size="small" aria-label={label} sx={TABLE}>
      <TableHead>
        <TableRow>
          <TableCell>{say("Check")}</TableCell>
          <TableCell>{say("Verdict")}</TableCell>
          <TableCell>{say("Found and wanted")}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {lines.map((line) => (
          <CheckLine key={line.id} line={line} />
        ))}
      </TableBody>
    </Table>
  );
}

function CheckLine({ line: { title, verdict, found, wanted, series, howToFix } }: { line: CheckLineRow }) {
  // a line of one series names it in what was found
  const look = VERDICTS[verdict] ?? VERDICTS["not-run"];
  const more = series.filter((label) => !found.includes(label));
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        {say(title)}
      </TableCell>
      <TableCell>
        <ToneChip {...look} word={say(look.word)} />
      </TableCell>
      <TableCell>
        {found}
        {more.length > 0 && ` (${more.join(", ")})`}
        <Box sx={{ color: "text.secondary" }}>{say("Wanted: %{wanted}", { wanted })}</Box>
        {howToFix !== undefined && (
          <Box sx={{ mt: 0.5 }}>
            <strong>{say("How to fix:")}</strong> {howToFix}
          </Box>
        )}
      </TableCell>
    </TableRow>
  );
}

const TABLE = {
  mx: -1,
  "& td, & th": { px: 1, verticalAlign: "top" },
  "& thead th": { color: "text.secondary" },
  "& tbody th": { width: { sm: "28%" }, fontWeight: { xs: 600, sm: 400 } },
  // on a phone a line stands under its title
  "& thead": { display: { xs: "none", sm: "table-header-group" } },
  "& tbody tr": { display: { xs: "grid", sm: "table-row" }, gridTemplateColumns: "1fr auto" },
  "& td:last-of-type": { gridColumn: "1 / -1" },
  "& tbody th, & td:first-of-type": { borderBottomWidth: { xs: 0, sm: 1 } },
} as const;

const VERDICTS: Readonly<Record<CheckLineRow["verdict"], { word: string; tone: Tone; icon: ElementType }>> = {
  pass: { word: phrase("Pass"), tone: "good", icon: CheckCircleOutlined },
  fail: { word: phrase("Fail"), tone: "bad", icon: ErrorOutlined },
  warn: { word: phrase("Warning"), tone: "warning", icon: WarningAmberOutlined },
  bypassed: { word: phrase("Bypassed"), tone: "warning", icon: RemoveCircleOutlined },
  "not-run": { word: phrase("Not run"), tone: "neutral", icon: BlockOutlined },
};
