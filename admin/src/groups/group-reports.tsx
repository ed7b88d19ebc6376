// What was reported of a group, where it went, and what can be done about what did not arrive.
import DescriptionOutlined from "@mui/icons-material/DescriptionOutlined";
import { Alert, Box, Button, Link } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { callApi, EmptyState, ErrorState, say, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useMay } from "../acts/permission.ts";
import type { GroupInfo, GroupReportInfo } from "../api.gen.ts";
import { useReports, wordsOf } from "./group-requests.ts";
import { REASON_WORDS, REPORT_WORDS } from "./group-words.ts";

export function GroupReports({ group: { id } }: { readonly group: GroupInfo }) {
  const { data, error, refetch } = useReports(id);
  if (error)
    return (
      <ErrorState title={say("The reports could not be read")} error={error} onRetry={() => void refetch()} />
    );
  if (!data) return null;
  if (data.total === 0) {
    return (
      <EmptyState icon={DescriptionOutlined} title={say("No report yet")}>
        {say("One is made when all studies are through, by the clock, or when somebody asks for it.")}
      </EmptyState>
    );
  }
  return (
    <Box component="ul" aria-label={say("Reports of the group")} sx={{ listStyle: "none", m: 0, p: 0 }}>
      {data.data.map((report) => (
        <ReportLine key={report.id} report={report} />
      ))}
    </Box>
  );
}

function ReportLine({ report }: { readonly report: GroupReportInfo }) {
  const { id, createdAt, reason, rows, studies, state, target, code, message, fileName } = report;
  const may = useMay();
  const queries = useQueryClient();
  const [problem, setProblem] = useState("");
  const again = async () => {
    await callApi(`/api/group-reports/${id}/send`, { method: "POST" }).catch((fault: unknown) =>
      setProblem(wordsOf(fault)),
    );
    await queries.invalidateQueries({ queryKey: ["groups"] });
  };
  const stuck = state === "failed" || state === "unknown";
  return (
    <Box component="li" sx={LINE}>
      <ToneChip {...REPORT_WORDS[state]} />
      <span>
        <TimeText at={createdAt} />, {say(REASON_WORDS[reason])}
      </span>
      <span>{say("%{studies} studies, %{rows} lines", { studies, rows })}</span>
      {target !== null && <span>{say("to %{target}", { target })}</span>}
      <Link href={`/api/group-reports/${id}/file`} download>
        {fileName}
      </Link>
      {stuck && may("groups.send") && (
        <Button size="small" onClick={() => void again()}>
          {say("Send again")}
        </Button>
      )}
      {state !== "sent" && message !== null && (
        <Box sx={{ flexBasis: "100%", color: "text.secondary" }}>
          {message} <code>{code}</code>
        </Box>
      )}
      {state === "unknown" && (
        <Box sx={{ flexBasis: "100%", color: "text.secondary" }}>
          {say(
            "The hub was interrupted while it sent. Ask there whether it arrived before you send it again.",
          )}
        </Box>
      )}
      {problem !== "" && <Alert severity="error">{problem}</Alert>}
    </Box>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "4px 16px",
  px: 2,
  py: 1,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
