// Lines of the ledger as a table, or as cards on narrow screens.
import { Box, Link, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { phrase, say, shortId, TimeText } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import { tableLook } from "../list/table-look.ts";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { Checksum } from "./checksum.tsx";
import { OutcomeChip } from "./outcome-chip.tsx";
import { answerWords, type ReceiptRow } from "./receipt-words.ts";

interface ReceiptRows {
  readonly receipts: readonly ReceiptRow[];
}

const HEADS = [
  phrase("When"),
  phrase("Outcome"),
  phrase("Destination"),
  phrase("Try"),
  phrase("Study"),
  phrase("Result"),
  phrase("Answer"),
  "SHA-256",
] as const;

export function ReceiptTable({ receipts }: ReceiptRows) {
  return (
    <Box sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label={say("Receipts")} sx={tableLook}>
        <TableHead>
          <TableRow>
            {HEADS.map((head) => (
              <TableCell key={head}>{say(head)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {receipts.map((receipt) => (
            <TableRow key={receipt.id} hover>
              <TableCell sx={{ whiteSpace: "nowrap" }}>
                <TimeText at={receipt.at} />
              </TableCell>
              <TableCell>
                <OutcomeChip outcome={receipt.outcome} />
              </TableCell>
              <TableCell>{receipt.target}</TableCell>
              <TableCell>{receipt.attempt}</TableCell>
              <TableCell>
                <StudyIdLink id={receipt.studyId} />
              </TableCell>
              <TableCell>
                <ResultLink id={receipt.resultId} />
              </TableCell>
              <TableCell sx={{ minWidth: 220, maxWidth: 420 }}>
                <Answer receipt={receipt} />
              </TableCell>
              <TableCell>{receipt.sha256 !== null && <Checksum sha256={receipt.sha256} />}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

export function ReceiptCards({ receipts }: ReceiptRows) {
  return (
    <Box component="ul" aria-label={say("Receipts")} sx={{ m: 0, p: 0, listStyle: "none" }}>
      {receipts.map((receipt) => (
        <Box component="li" key={receipt.id} sx={CARD}>
          <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1 }}>
            <strong>{receipt.target}</strong>
            <Box sx={{ color: "text.secondary" }}>
              <TimeText at={receipt.at} />
            </Box>
          </Box>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 12px" }}>
            <OutcomeChip outcome={receipt.outcome} />
            <span>{say("try %{attempt}", { attempt: receipt.attempt })}</span>
            <span>
              {say("Study")} <StudyIdLink id={receipt.studyId} />
            </span>
            <span>
              {say("Result")} <ResultLink id={receipt.resultId} />
            </span>
          </Box>
          <Answer receipt={receipt} />
          {receipt.sha256 !== null && <Checksum sha256={receipt.sha256} />}
        </Box>
      ))}
    </Box>
  );
}

function Answer({ receipt: { answer, code } }: { receipt: ReceiptRow }) {
  return (
    <Box sx={{ fontSize: "0.8125rem", overflowWrap: "anywhere", py: 0.5 }}>
      {answerWords(answer)}{" "}
      {code !== null && (
        <Box component="code" sx={{ color: "text.secondary" }}>
          {code}
        </Box>
      )}
    </Box>
  );
}

function ResultLink({ id }: { id: string }) {
  return (
    <Link component={RouterLink} to={`/results/${id}`} underline="hover">
      {shortId(id)}
    </Link>
  );
}

const CARD = {
  display: "grid",
  gap: 0.75,
  px: 2,
  py: 1.5,
  borderBottom: 1,
  borderColor: "divider",
  fontSize: "0.875rem",
} as const;
