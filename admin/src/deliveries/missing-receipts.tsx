// Results that a destination has not confirmed an hour after they were made, oldest first.
import DoneAllOutlined from "@mui/icons-material/DoneAllOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import { Box, Link } from "@mui/material";
import {
  EmptyState,
  ErrorState,
  Late,
  Since,
  StateChip,
  type StepStateName,
  say,
  sayWith,
  shortId,
} from "@thalamus/sdk/ui";
import { useState } from "react";
import { Link as RouterLink } from "react-router";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { ReconcileAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { StudyIdLink } from "../studies/study-id-link.tsx";
import { SendAgain } from "./send-again.tsx";
import { SendMissingDialog } from "./send-missing-dialog.tsx";

type MissingRow = ReconcileAnswer["data"][number];

export function MissingReceipts() {
  const { data, error, refetch } = useReading<ReconcileAnswer>("reconciliation", "/api/reconciliation");
  return (
    <Box sx={{ px: { xs: 1.5, md: 2 }, py: 1.5 }}>
      {error && (
        <ErrorState
          title={say("The list could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see it as it was.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={5} />
        </Late>
      )}
      {data?.total === 0 && (
        <EmptyState icon={DoneAllOutlined} title={say("Every result has its receipts")}>
          {say("Results show up here when a destination has not confirmed them within an hour.")}
        </EmptyState>
      )}
      {data && data.total > 0 && <MissingList {...data} />}
    </Box>
  );
}

function MissingList({ data, total }: ReconcileAnswer) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const clear = data.filter(({ state }) => state !== "unknown");
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5, mb: 1 }}>
        <Box sx={{ flex: 1, minWidth: 220, color: "text.secondary", fontSize: "0.875rem" }}>
          {say(
            "1 delivery has no receipt an hour after the result was made. |||| %{count} deliveries have no receipt an hour after the result was made.",
            { count: total },
          )}
          {data.length < total && ` ${say("The oldest %{count} are shown.", { count: data.length })}`}
        </Box>
        {clear.length > 1 && (
          <ActButton
            startIcon={<SendOutlined />}
            whyNot={may("deliveries.resend") ? "" : NOT_ALLOWED}
            onAct={() => setAsking(true)}
          >
            {say("Send all again")}
          </ActButton>
        )}
      </Box>
      {asking && <SendMissingDialog rows={clear} onClose={() => setAsking(false)} />}
      <Box component="ul" aria-label={say("Results without receipt")} sx={{ listStyle: "none", m: 0, p: 0 }}>
        {data.map((row) => (
          <MissingLine key={`${row.resultId} ${row.target}`} row={row} />
        ))}
      </Box>
    </>
  );
}

function MissingLine({ row: { resultId, studyId, target, state, createdAt } }: { row: MissingRow }) {
  const known = state as StepStateName | null;
  return (
    <Box
      component="li"
      aria-label={say("Result %{id} to %{target}", { id: shortId(resultId), target })}
      sx={LINE}
    >
      <Box sx={{ minWidth: 150, fontWeight: 600, overflowWrap: "anywhere" }}>{target}</Box>
      <Box sx={{ minWidth: 130 }}>
        {known === null ? say("Was never opened") : <StateChip state={known} />}
      </Box>
      <span>
        {say("Result")}{" "}
        <Link component={RouterLink} to={`/results/${resultId}`} underline="hover">
          {shortId(resultId)}
        </Link>
      </span>
      <span>
        {say("Study")} <StudyIdLink id={studyId} />
      </span>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {sayWith("made %{span} ago", { span: <Since at={createdAt} /> })}
      </Box>
      <Box sx={{ flex: 1 }} />
      {known === "unknown" ? (
        <Link component={RouterLink} to={`/studies/${studyId}/deliveries`}>
          {say("Decide")}
        </Link>
      ) : (
        <SendAgain
          resultId={resultId}
          deliveries={known === null ? [] : [{ target, state: known }]}
          only={target}
        />
      )}
    </Box>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "6px 18px",
  py: 1,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
