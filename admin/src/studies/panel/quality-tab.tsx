// What the quality checks looked at, what they found, and how to mend what failed.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import FactCheckOutlined from "@mui/icons-material/FactCheckOutlined";
import RemoveCircleOutlined from "@mui/icons-material/RemoveCircleOutlined";
import WarningAmberOutlined from "@mui/icons-material/WarningAmberOutlined";
import {
  Alert,
  Box,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from "@mui/material";
import { durationWords, EmptyState, StateChip, TimeText, type Tone, ToneChip } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { CheckLineRow, StepRow } from "../../api.gen.ts";
import type { StudyTabProps } from "./study-panel.tsx";

export function QualityTab({ story: { steps } }: StudyTabProps) {
  // the latest revision is what counts, so it comes first
  const checks = steps.filter(({ phase }) => phase === "check" || phase === "deidentify").toReversed();
  if (checks.length === 0) {
    return (
      <EmptyState icon={FactCheckOutlined} title="No quality check has run">
        Checks start when the study is complete.
      </EmptyState>
    );
  }
  return (
    <Stack spacing={4}>
      {checks.map((check) => (
        <QualityReport key={check.id} check={check} />
      ))}
    </Stack>
  );
}

function QualityReport({ check }: { check: StepRow }) {
  const { target, state, revision, claimedAt, settledAt, lines, message, code } = check;
  const took = claimedAt && settledAt ? Date.parse(settledAt) - Date.parse(claimedAt) : undefined;
  return (
    <Box component="section" aria-label={`${target}, revision ${revision}`}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 1 }}>
        <Typography variant="h2" component="h3">
          {target}
        </Typography>
        <StateChip state={state} done="Passed" />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {settledAt !== null && <TimeText at={settledAt} />}
          {took !== undefined && ` · took ${durationWords(took)}`}
          {revision > 1 && ` · revision ${revision}`}
        </Box>
      </Box>
      {message !== null && (
        <Alert severity="error" variant="outlined" sx={{ mb: 1 }}>
          {message} {code !== null && <code>{code}</code>}
        </Alert>
      )}
      {lines.length > 0 && <CheckTable lines={lines} label={`Checks of ${target}`} />}
    </Box>
  );
}

function CheckTable({ lines, label }: { lines: readonly CheckLineRow[]; label: string }) {
  return (
    <Table size="small" aria-label={label} sx={TABLE}>
      <TableHead>
        <TableRow>
          <TableCell>Check</TableCell>
          <TableCell>Verdict</TableCell>
          <TableCell>Found and wanted</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {lines.map((line) => (
          <TableRow key={line.id}>
            <TableCell component="th" scope="row">
              {line.title}
            </TableCell>
            <TableCell>
              <Verdict verdict={line.verdict} />
            </TableCell>
            <TableCell>
              {line.found}
              <Box sx={{ color: "text.secondary" }}>Wanted: {line.wanted}</Box>
              {line.howToFix !== undefined && (
                <Box sx={{ mt: 0.5 }}>
                  <strong>How to fix:</strong> {line.howToFix}
                </Box>
              )}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
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
  pass: { word: "Pass", tone: "good", icon: CheckCircleOutlined },
  fail: { word: "Fail", tone: "bad", icon: ErrorOutlined },
  warn: { word: "Warning", tone: "warning", icon: WarningAmberOutlined },
  off: { word: "Switched off", tone: "neutral", icon: BlockOutlined },
  bypassed: { word: "Bypassed", tone: "warning", icon: RemoveCircleOutlined },
  "not-run": { word: "Not run", tone: "neutral", icon: RemoveCircleOutlined },
};

const Verdict = ({ verdict }: { verdict: CheckLineRow["verdict"] }) => <ToneChip {...VERDICTS[verdict]} />;
