// Lines of the audit trail as a table, or as cards where it is narrow.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import DoNotDisturbOnOutlined from "@mui/icons-material/DoNotDisturbOnOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import { Box, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { phrase, say, TimeText, ToneChip } from "@thalamus/sdk/ui";
import type { AuditEntry } from "../../api.gen.ts";
import { tableLook } from "../../list/table-look.ts";
import { StudyIdLink } from "../../studies/study-id-link.tsx";
import { auditTitle, detailWords, OUTCOME_WORDS } from "./audit-words.ts";

export interface AuditLinesProps {
  readonly entries: readonly AuditEntry[];
}

const HEADS = [
  phrase("When"),
  phrase("Who"),
  phrase("What"),
  phrase("Outcome"),
  phrase("Study"),
  phrase("Address"),
  phrase("Detail"),
] as const;

export function AuditTable({ entries }: AuditLinesProps) {
  return (
    <Box sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label={say("Audit trail")} sx={tableLook}>
        <TableHead>
          <TableRow>
            {HEADS.map((head) => (
              <TableCell key={head}>{say(head)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {entries.map((entry) => (
            <TableRow key={entry.id} hover>
              <TableCell sx={{ whiteSpace: "nowrap" }}>
                <TimeText at={entry.at} />
              </TableCell>
              <TableCell sx={{ minWidth: 88, maxWidth: 180, overflowWrap: "break-word" }}>
                {entry.actor}
              </TableCell>
              <TableCell sx={{ minWidth: 160 }}>{auditTitle(entry)}</TableCell>
              <TableCell>
                <Outcome outcome={entry.outcome} />
              </TableCell>
              <TableCell>{entry.studyId !== null && <StudyIdLink id={entry.studyId} />}</TableCell>
              <TableCell sx={{ maxWidth: 220, overflowWrap: "anywhere" }}>
                <From entry={entry} />
              </TableCell>
              <TableCell sx={DETAIL}>{detailWords(entry)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

export function AuditCards({ entries }: AuditLinesProps) {
  return (
    <Box component="ul" aria-label={say("Audit trail")} sx={{ m: 0, p: 0, listStyle: "none" }}>
      {entries.map((entry) => (
        <Box component="li" key={entry.id} sx={CARD}>
          <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1 }}>
            <strong>{auditTitle(entry)}</strong>
            <Box sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
              <TimeText at={entry.at} />
            </Box>
          </Box>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 12px" }}>
            <Outcome outcome={entry.outcome} />
            <span>{entry.actor}</span>
            {entry.studyId !== null && (
              <span>
                {say("Study")} <StudyIdLink id={entry.studyId} />
              </span>
            )}
          </Box>
          <From entry={entry} />
          <Box sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>{detailWords(entry)}</Box>
        </Box>
      ))}
    </Box>
  );
}

const ICONS = { done: CheckCircleOutlined, refused: DoNotDisturbOnOutlined, failed: ErrorOutlined } as const;

function Outcome({ outcome }: { outcome: AuditEntry["outcome"] }) {
  const { word, tone } = OUTCOME_WORDS[outcome];
  return <ToneChip tone={tone} icon={ICONS[outcome]} word={word} />;
}

function From({ entry: { address, device } }: { entry: AuditEntry }) {
  if (address === null) return null;
  return (
    <span>
      {address}
      {device !== null && (
        <Box component="span" sx={{ display: "block", color: "text.secondary", fontSize: "0.75rem" }}>
          {device}
        </Box>
      )}
    </span>
  );
}

const DETAIL = { minWidth: 200, maxWidth: 420, fontSize: "0.8125rem", overflowWrap: "anywhere" } as const;

const CARD = {
  display: "grid",
  gap: 0.75,
  px: { xs: 1.5, md: 2 },
  py: 1.5,
  borderBottom: 1,
  borderColor: "divider",
  fontSize: "0.875rem",
} as const;
